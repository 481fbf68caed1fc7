import { useMutation, useQueryClient } from "@tanstack/react-query";
import { organizationEventsKey } from "#lib/queries.ts";
import { deleteUpdatesOf, updatesKey } from "#lib/updates.ts";
import { Confirm } from "#ui/dialog.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { dropUpdatesOf } from "./change.ts";

/** The job that deletes them begins a moment after the answer. */
const jobLagMs = 2_000;

type Props = {
  organizationId: string;
  account: string;
  isOpen: boolean;
  onClose: () => void;
  /** Leaves the page of one of these updates. */
  onGone?: (() => void) | undefined;
};

/** Asks before all that a former member wrote is deleted. */
export function DeleteAllDialog({ organizationId, account, isOpen, onClose, onGone }: Props) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => deleteUpdatesOf(organizationId, account),
    onSuccess: () => {
      onClose();
      dropUpdatesOf(queryClient, organizationId, account);
      onGone?.();
      toast("What this former member wrote is being deleted");
      window.setTimeout(() => {
        void queryClient.invalidateQueries({ queryKey: updatesKey(organizationId) });
        void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      }, jobLagMs);
    },
    onError: (error) => toastFailure("Nothing was deleted", error),
  });
  return (
    <Confirm
      isOpen={isOpen}
      onClose={onClose}
      title="Delete everything this person wrote?"
      action="Delete everything"
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      All updates and comments by this former member are deleted, in the organization and every team, with the comments
      below those updates. This can’t be undone here; for 10 minutes, the API can restore the updates, one by one.
    </Confirm>
  );
}
