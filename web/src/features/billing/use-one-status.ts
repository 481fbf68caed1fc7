import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery } from "#lib/billing.ts";
import { organizationQuery } from "#lib/queries.ts";

/** A payment may arrive between the two answers that contain the billing status: both are then asked for again. */
export function useOneStatus({ id, billingStatus }: Organization, billing: Billing | undefined) {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (billing !== undefined && billing.billingStatus !== billingStatus) {
      for (const { queryKey } of [organizationQuery(id), billingQuery(id)]) {
        void queryClient.invalidateQueries({ queryKey, exact: true });
      }
    }
  }, [queryClient, id, billingStatus, billing]);
}
