import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";
import { invoicesKey } from "./billing.ts";

// The upcoming invoice: what is charged next if nothing changes until then.

const { billing } = v1.organizations[":organization"];

export type Upcoming = Awaited<ReturnType<typeof getUpcoming>>;

function getUpcoming(organization: string) {
  return read(billing["upcoming-invoice"].$get({ param: { organization }, query: {} }));
}

export type UnusedTime = Awaited<ReturnType<typeof getUnusedTime>>;

function getUnusedTime(organization: string) {
  return read(billing["unused-time"].$get({ param: { organization }, query: {} }));
}

export function unusedTimeQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...invoicesKey(organizationId), "unused-time"],
    queryFn: () => getUnusedTime(organizationId),
    staleTime: 0,
  });
}

/** Below the key of the invoices: what makes them outdated makes it outdated as well. */
export function upcomingQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...invoicesKey(organizationId), "upcoming"],
    queryFn: () => getUpcoming(organizationId),
    staleTime: 0,
  });
}
