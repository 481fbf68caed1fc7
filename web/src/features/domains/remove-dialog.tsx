import { useMutation, useQueryClient } from "@tanstack/react-query";
import { domainName } from "#lib/domain-name.ts";
import { type Domain, domainsQuery, removeDomain } from "#lib/domains.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast, toastFailure } from "#ui/toast.ts";

type Props = {
  organizationId: string;
  domain: Domain;
  isOpen: boolean;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

export function RemoveDialog({ organizationId, domain, isOpen, onClose, returnFocus }: Props) {
  const queryClient = useQueryClient();
  const { queryKey } = domainsQuery(organizationId);
  const name = domainName(domain.name);
  const remove = useMutation({
    mutationFn: () => removeDomain(organizationId, domain.id),
    onSuccess: () => {
      queryClient.setQueryData(queryKey, (list) => list?.filter(({ id }) => id !== domain.id));
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      onClose();
      toast(`${name} was removed`);
    },
    onError: (error) => {
      onClose();
      toastFailure(`${name} was not removed`, error);
      void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title={`Remove ${name}?`}
      action="Remove domain"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
      returnFocus={returnFocus}
    >
      {domain.state === "verified"
        ? "Members stay, and nobody joins by this domain anymore. Another organization can verify it."
        : "If you add it again, its DNS record has another value."}
    </Confirm>
  );
}
