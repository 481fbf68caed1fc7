import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { type Billing, billingKey, invoicesKey } from "#lib/billing.ts";
import { organizationEventsKey, organizationQuery, organizationsQuery } from "#lib/queries.ts";

/** Stores the API's answer about billing, and refetches everything that depends on it. */
export function useKeep(organizationId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    (billing: Billing | undefined) => keepBilling(queryClient, organizationId, billing),
    [organizationId, queryClient],
  );
}

export function keepBilling(queryClient: QueryClient, organizationId: string, billing: Billing | undefined) {
  if (billing) {
    // an earlier read that arrives later would undo the answer
    // threat: a read that began before a change was answered undoes the answer
    void queryClient.cancelQueries({ queryKey: billingKey(organizationId) });
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
}
