import { daySeconds } from "../../base/duration.ts";
import type * as ID from "../../base/id.ts";
import { instant, table } from "../../kernel/ports.ts";
import { rowsOf } from "../../kernel/rows.ts";
import { readAll } from "../../kernel/stored.ts";
import { failures as memberFailures } from "../../member/failures.ts";
import { memberKeys } from "../../member/keys.ts";
import { above, all, check, equal, present, type Step, update, when } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import { ChangeRow, isRequested } from "../ledger/row.ts";
import { unchangedDays } from "../limits.ts";
import { failures } from "../requests/failures.ts";
import { isOpen } from "../requests/requests.ts";
import { SeatRequestRow } from "../requests/row.ts";
import type { Op } from "../row.ts";

type Organization = ID.ID<"organization">;
export type SeatRequest = { account: ID.ID<"account">; seats: number; requestedAt: string };

// Functions

/** Returns the requests of members that one change can fulfill with so many more seats, oldest first, and not more than so many. */
export async function requestsWithin(organization: Organization, room: number, most: number): Promise<SeatRequest[]> {
  const found: SeatRequest[] = [];
  let left = room;
  for (const request of await openRequests(organization)) {
    // threat: a request beyond the limit is approved automatically
    if (request.seats > left) continue;
    // a member who has left requests nothing, even if the request is not deleted yet
    if (!(await table.get(memberKeys.member(organization, request.account)))) continue;
    found.push(request);
    // threat: two requests are approved together beyond the limit
    left -= request.seats;
    // threat: a change for requests is larger than a write can be
    if (found.length === most) break;
  }
  return found;
}

/** Returns all open requests, oldest first. */
async function openRequests(organization: Organization): Promise<SeatRequest[]> {
  // threat: seats are bought for a request that has expired
  const filter = all(equal("state", "open"), above("expiresAt", instant()));
  const found = await rowsOf({ ...billingKeys.seatRequests(organization), filter, consistent: true });
  // threat: later requests are approved before earlier ones
  return readAll(SeatRequestRow, found)
    .map(({ sk: account, seats, requestedAt }) => ({ account, seats, requestedAt }))
    .toSorted((one, other) => (one.requestedAt < other.requestedAt ? -1 : 1));
}

/** Returns the steps that approve requests, in the write that stores their change of seats. Nobody has approved them. */
export const approving =
  (organization: Organization, requests: readonly SeatRequest[]) =>
  ({ id: operation }: Op): Step[] =>
    requests.flatMap(({ account, requestedAt }) => [
      // threat: seats are bought automatically for somebody who is leaving
      check(memberKeys.member(organization, account), when(present, memberFailures.missing)),
      update(
        billingKeys.seatRequest(organization, account),
        { set: { state: "paying", operation }, unset: ["by"] },
        // threat: seats are bought automatically for a request that was revoked in between
        when(isOpen(requestedAt), failures.decided),
      ),
    ]);

/** Returns whether for some days nobody has changed seats, or requested some that they have now or still wait for. */
export async function isUnchanged(organization: Organization): Promise<boolean> {
  const since = instant(-unchangedDays * daySeconds);
  const recent = { ...billingKeys.changes(organization), from: since, consistent: true };
  const changes = readAll(ChangeRow, await rowsOf(recent));
  // threat: seats are removed that a person has just bought
  // threat: seats are removed that a member has just requested
  if (changes.some((one) => !one.dropped && (one.cause !== "automatic" || isRequested(one)))) return false;
  // threat: seats are removed while a request of a member waits
  return !(await openRequests(organization)).some(({ requestedAt }) => requestedAt > since);
}
