import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Billing, billingKey, invoicesKey } from "#lib/billing.ts";
import { organizationEventsKey, organizationQuery, organizationsQuery } from "#lib/queries.ts";

/** Keeps what the API answered about an organization's payment, and has everything looked at again that follows from it. */
export function useKeep(organizationId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    (billing: Billing | undefined) => {
      if (billing) {
        queryClient.setQueryData(billingKey(organizationId), billing);
      } else {
        void queryClient.invalidateQueries({ queryKey: billingKey(organizationId) });
      }
      void queryClient.invalidateQueries({ queryKey: organizationQuery(organizationId).queryKey, exact: true });
      for (const queryKey of [
        invoicesKey(organizationId),
        organizationEventsKey(organizationId),
        organizationsQuery.queryKey,
      ]) {
        void queryClient.invalidateQueries({ queryKey });
      }
    },
    [organizationId, queryClient],
  );
}
