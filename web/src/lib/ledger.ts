import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";
import { invoicesKey } from "./billing.ts";

// The seat ledger: invoices with the changes of seats behind their lines.

const { ledger } = v1.organizations[":organization"].billing;

export type LedgerInvoice = Awaited<ReturnType<typeof listLedger>>["items"][number];
export type LedgerLine = LedgerInvoice["lines"][number];
export type SeatChange = NonNullable<LedgerLine["change"]>;

export type LedgerMonth = Awaited<ReturnType<typeof listMonths>>["items"][number];

function listMonths(organization: string) {
  return read(ledger.months.$get({ param: { organization }, query: {} }));
}

function listLedger(organization: string, cursor?: string) {
  return read(ledger.$get({ param: { organization }, query: after(cursor) }));
}

/** Below the key of the invoices: what makes them outdated makes it outdated as well. */
export function ledgerQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: [...invoicesKey(organizationId), "ledger"],
    queryFn: ({ pageParam }) => listLedger(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { next?: string | undefined }) => page.next,
    staleTime: 0,
  });
}

/** The payments of each month: outdated with the invoices as well. */
export function monthsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...invoicesKey(organizationId), "months"],
    queryFn: () => listMonths(organizationId),
    staleTime: 0,
  });
}
