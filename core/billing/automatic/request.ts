import { daySeconds } from "../../base/duration.ts";
import type * as ID from "../../base/id.ts";
import { instant, table } from "../../kernel/ports.ts";
import { rowsOf } from "../../kernel/rows.ts";
import { readAll } from "../../kernel/stored.ts";
import { failures as memberFailures } from "../../member/failures.ts";
import { Keys } from "../../table/keys.ts";
import { above, all, check, equal, present, type Step, update, when } from "../../table/table.ts";
import { ChangeRow } from "../ledger/row.ts";
import { settledDays } from "../limits.ts";
import { failures } from "../requests/failures.ts";
import { isOpen } from "../requests/requests.ts";
import { SeatRequestRow } from "../requests/row.ts";
import type { Op } from "../row.ts";

type Organization = ID.ID<"organization">;
export type SeatRequest = { account: ID.ID<"account">; seats: number; requestedAt: string };

// Functions

/** Returns the oldest request of a member that can be approved with so many more seats. */
export async function requestWithin(organization: Organization, room: number): Promise<SeatRequest | undefined> {
  for (const request of await openRequests(organization)) {
    if (request.seats > room) continue;
    // a member who has left requests nothing, even if the request is not deleted yet
    if (await table.get(Keys.member(organization, request.account))) return request;
  }
}

/** Returns all open requests, oldest first. */
async function openRequests(organization: Organization): Promise<SeatRequest[]> {
  const filter = all(equal("state", "open"), above("expiresAt", instant()));
  const found = await rowsOf({ ...Keys.seatRequests(organization), filter, consistent: true });
  return readAll(SeatRequestRow, found)
    .map(({ sk: account, seats, requestedAt }) => ({ account, seats, requestedAt }))
    .toSorted((one, other) => (one.requestedAt < other.requestedAt ? -1 : 1));
}

/** Returns the steps that approve a request, in the write that stores its change of seats. Nobody has approved it. */
export const approving =
  (organization: Organization, { account, requestedAt }: SeatRequest) =>
  ({ id: operation }: Op): Step[] => [
    check(Keys.member(organization, account), when(present, memberFailures.missing)),
    update(
      Keys.seatRequest(organization, account),
      { set: { state: "paying", operation }, unset: ["by"] },
      when(isOpen(requestedAt), failures.decided),
    ),
  ];

/** Returns whether nobody has changed seats or requested them for some days. */
export async function isSettled(organization: Organization): Promise<boolean> {
  const recent = { ...Keys.changes(organization), from: instant(-settledDays * daySeconds), consistent: true };
  const changes = readAll(ChangeRow, await rowsOf(recent));
  return !changes.some(({ cause, by, dropped }) => !dropped && (cause !== "automatic" || by !== undefined));
}
