import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";
import type { Quoted } from "./billing.ts";

// Requests for seats of members who cannot buy them.

const requests = v1.organizations[":organization"].billing["seat-requests"];

export type SeatRequest = Awaited<ReturnType<typeof list>>["items"][number];
type Which = Pick<SeatRequest, "account" | "requestedAt">;

const list = (organization: string, cursor?: string) =>
  read(requests.$get({ param: { organization }, query: after(cursor) }));
const getOwn = (organization: string) => read(requests.own.$get({ param: { organization }, query: {} }));

export function requestSeats(organization: string, json: { seats: number; note: string }) {
  return read(requests.$post({ param: { organization }, json }));
}

export function revokeSeatRequest(organization: string) {
  return read(requests.revoke.$post({ param: { organization }, json: {} }));
}

/** Buys what is requested for the displayed price, or not at all. */
export function approveSeatRequest(organization: string, { account, requestedAt }: Which, { quote }: Quoted) {
  return read(requests.approve.$post({ param: { organization }, json: { account, requestedAt, quote } }));
}

export function declineSeatRequest(organization: string, { account, requestedAt }: Which, reason: string) {
  return read(requests.decline.$post({ param: { organization }, json: { account, requestedAt, reason } }));
}

// Queries

export const seatRequestsKey = (organizationId: string) => ["organization", organizationId, "seat requests"] as const;

/** Reads the requests that wait for a decision. */
export function seatRequestsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: seatRequestsKey(organizationId),
    queryFn: ({ pageParam }) => list(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { next?: string | undefined }) => page.next,
    staleTime: 0,
  });
}

export function ownSeatRequestQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "own seat request"],
    queryFn: () => getOwn(organizationId),
    staleTime: 0,
  });
}
