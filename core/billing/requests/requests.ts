import * as v from "valibot";
import { daySeconds } from "../../base/duration.ts";
import * as ID from "../../base/id.ts";
import { shown } from "../../base/row.ts";
import { Integer } from "../../base/shape.ts";
import { withoutUndefined } from "../../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../../kernel/cursor.ts";
import * as Event from "../../kernel/event.ts";
import { fn } from "../../kernel/fn.ts";
import { remember } from "../../kernel/idempotency.ts";
import { epoch, hasStripe, instant, table } from "../../kernel/ports.ts";
import { type Read, readAll, readOnly } from "../../kernel/stored.ts";
import { failures as memberFailures } from "../../member/failures.ts";
import { memberKeys } from "../../member/keys.ts";
import { type Names, namesOf } from "../../member/names.ts";
import { seatLimit } from "../../plan/plan.ts";
import * as Limits from "../../rate/limits.ts";
import * as Windows from "../../rate/windows.ts";
import { above, absent, all, any, atMost, check, equal, oneOf, present, put, update, when } from "../../table/table.ts";
import { failures as billingFailures } from "../billing.ts";
import { BillingSeatRequestDeclined, BillingSeatRequestRevoked, BillingSeatsRequested } from "../events.ts";
import { billingKeys } from "../keys.ts";
import { requestDays, requestsPerPage } from "../limits.ts";
import { failures as seatFailures, tooMany } from "../seat-failures.ts";
import { Seats } from "../shape.ts";
import { failures } from "./failures.ts";
import { SeatRequestRow } from "./row.ts";
import { requestStates, Sentence } from "./shape.ts";

// Members who cannot buy seats request them from those who can. One row has the last request of a member, so that at most
// one is open.

/** The outcome of a request is shown for so long. */
const shownDays = 30;

// Shapes

/** A request for seats. */
export const SeatRequest = v.object({
  /** The account that requests them. */
  account: ID.schema("account"),
  /** Their name. */
  name: v.optional(v.string()),
  /** The number of seats, on top of those that there are. */
  seats: Integer,
  /** The purpose of the seats. */
  note: v.string(),
  /** `paying` while the seats are being bought. */
  state: shown([...requestStates, "expired"]),
  /** The time it was made. */
  requestedAt: v.string(),
  /** The time it expires, unless it is decided before. */
  expiresAt: v.string(),
  /** The name of the member who approved or declined it. */
  by: v.optional(v.string()),
  /** True if nobody approved it, because automatic seats allow for it. */
  isAutomatic: v.optional(v.literal(true)),
  /** The reason it was declined. */
  reason: v.optional(v.string()),
});
type SeatRequest = v.InferOutput<typeof SeatRequest>;

/** The request that is decided: a later one of the same member is another. */
export const Which = {
  /** The account that requests the seats. */
  account: ID.schema("account"),
  /** The time the request was made, as it was read. */
  requestedAt: v.pipe(v.string(), v.isoTimestamp("Expected when it was made, as it was read.")),
};

// Functions

/** Requests seats from those who can buy them, who are notified unless automatic seats allow for it. */
export const requestSeats = fn(
  "billing.requestSeats",
  {
    input: v.strictObject({
      /** The number of seats, on top of those that there are. */
      seats: Seats,
      /** The purpose of the seats, in one sentence. */
      note: Sentence,
    }),
    output: SeatRequest,
    failures: [
      billingFailures.unconfigured,
      seatFailures.limited,
      failures.requested,
      memberFailures.missing,
      Windows.failures.limited,
      Event.failures.repeated,
    ],
  },
  async (wish, actor) => {
    if (!hasStripe()) throw billingFailures.unconfigured();
    // The seats that there are do not count: members are not told their number.
    // threat: a member requests seats that nobody can buy
    if (wish.seats > seatLimit()) throw tooMany();
    const { organization, account } = actor;
    await Windows.take(Limits.seatRequests, `${organization} ${account}`);
    const at = instant();
    const isOver = any(
      absent,
      oneOf("state", ["approved", "declined", "revoked"]),
      // threat: a member has many open requests for seats
      all(equal("state", "open"), atMost("expiresAt", at)),
    );
    const row = { ...wish, state: "open" as const, requestedAt: at, expiresAt: instant(requestDays * daySeconds) };
    const item = { ...row, ttl: epoch((requestDays + shownDays) * daySeconds) };
    const answer = { account, ...row };
    await table.write(
      // threat: somebody who was removed leaves a request for seats
      check(memberKeys.member(organization, account), when(present, memberFailures.missing)),
      put(billingKeys.seatRequest(organization, account), item, when(isOver, failures.requested)),
      BillingSeatsRequested.record(organization, { seats: wish.seats }, actor),
      ...remember(answer),
    );
    return answer;
  },
);

/** Returns the last request of the caller, and its outcome. */
export const getSeatRequest = fn(
  "billing.getSeatRequest",
  {
    input: v.strictObject({}),
    output: v.object({
      /** The request. Missing if there is none. */
      request: v.optional(SeatRequest),
    }),
    reads: (_, { organization, account }) => [billingKeys.seatRequest(organization, account)],
  },
  async (_, { organization }, [found]) => {
    if (!found) return {};
    const row = readOnly(SeatRequestRow, found);
    return { request: describe(row, await namesOf(organization, [row.by])) };
  },
);

/** Lists what members request, as long as it is not decided. Requests of members who have left are left out. */
export const listSeatRequests = fn(
  "billing.listSeatRequests",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(SeatRequest, requestsPerPage),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { organization }) => {
    const waiting = any(equal("state", "paying"), all(equal("state", "open"), above("expiresAt", instant())));
    const query = {
      ...billingKeys.seatRequests(organization),
      limit: requestsPerPage,
      filter: waiting,
      consistent: true,
    };
    const { items, next } = await page(`billing.listSeatRequests ${organization}`, query, cursor);
    const rows = readAll(SeatRequestRow, items);
    const names = await namesOf(
      organization,
      rows.flatMap(({ sk, by }) => [sk, by]),
    );
    return {
      // threat: requests of former members are shown
      items: rows.filter(({ sk }) => names.has(sk)).map((row) => describe(row, names)),
      ...(next && { next }),
    };
  },
);

/** Declines a request, and says why. Its author is notified. */
export const declineSeatRequest = fn(
  "billing.declineSeatRequest",
  {
    input: v.strictObject({
      ...Which,
      /** The reason, in one sentence. */
      reason: Sentence,
    }),
    output: v.void(),
    failures: [failures.decided, Event.failures.repeated],
    reads: ({ account }, { organization }) => [billingKeys.seatRequest(organization, account)],
  },
  async ({ account, requestedAt, reason }, actor, [row]) => {
    if (!row) throw failures.decided();
    await table.write(
      update(
        billingKeys.seatRequest(actor.organization, account),
        { set: { state: "declined", by: actor.account, reason } },
        when(isOpen(requestedAt), failures.decided),
      ),
      BillingSeatRequestDeclined.record(actor.organization, { account, seats: row.seats }, actor),
      ...remember(),
    );
  },
);

/** Revokes the open request of the caller. */
export const revokeSeatRequest = fn(
  "billing.revokeSeatRequest",
  {
    input: v.strictObject({}),
    output: v.void(),
    failures: [failures.decided, Event.failures.repeated],
    reads: (_, { organization, account }) => [billingKeys.seatRequest(organization, account)],
  },
  async (_, actor, [row]) => {
    if (!row) throw failures.decided();
    await table.write(
      update(
        billingKeys.seatRequest(actor.organization, actor.account),
        { set: { state: "revoked" } },
        when(isOpen(row.requestedAt), failures.decided),
      ),
      BillingSeatRequestRevoked.record(actor.organization, { seats: row.seats }, actor),
      ...remember(),
    );
  },
);

// For approvals

/** Holds while a request is the one that was read, is not decided, and has not expired. */
export const isOpen = (requestedAt: string) =>
  // threat: a request for seats is approved and declined after it has expired
  // threat: a request is declined or revoked while it is paid
  all(equal("state", "open"), equal("requestedAt", requestedAt), above("expiresAt", instant()));

function describe(row: Read<typeof SeatRequestRow>, names: Names): SeatRequest {
  const { sk: account, seats, note, requestedAt, expiresAt, by, reason } = row;
  // threat: a request that was approved is shown as expired
  const isExpired = row.state === "open" && expiresAt <= instant();
  const state = isExpired ? "expired" : row.state;
  const isApproved = state === "paying" || state === "approved";
  const isAutomatic = (isApproved && by === undefined) || undefined;
  const decided = withoutUndefined({ isAutomatic, name: names.get(account), by: by && names.get(by), reason });
  return { account, seats, note, state, requestedAt, expiresAt, ...decided };
}
