import { useMutation, useQueryClient } from "@tanstack/react-query";
import { domainName } from "#lib/domain-name.ts";
import { checkDomain, type Domain, domainsQuery } from "#lib/domains.ts";
import { toSentence } from "#lib/failure.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";
import { findingOf } from "./text.ts";

/** Checks a domain now; the list shows what came of it, and a message says it. */
export function useCheck(organizationId: string) {
  const queryClient = useQueryClient();
  const { queryKey } = domainsQuery(organizationId);
  return useMutation({
    mutationFn: ({ id }: Domain) => checkDomain(organizationId, id),
    onSuccess: (checked) => {
      queryClient.setQueryData(queryKey, (list) => list?.map((one) => (one.id === checked.id ? checked : one)));
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      const finding = findingOf(checked);
      const { state } = checked;
      const name = domainName(checked.name);
      const verified = finding === undefined ? "is verified" : "is still verified";
      const title = `${name} ${state === "verified" ? verified : "is not verified yet"}`;
      toast(title, finding === undefined ? {} : { description: finding, type: "error" });
    },
    onError: (error, { name }) => {
      toast(`${domainName(name)} was not checked`, { description: toSentence(error), type: "error" });
      void queryClient.invalidateQueries({ queryKey });
    },
  });
}
