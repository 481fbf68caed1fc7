import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { instant } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Limits from "../rate/limits.ts";
import type { CountRow } from "../rate/row.ts";
import { countersOf } from "../rate/windows.ts";
import {
  above,
  all,
  any,
  atLeast,
  atMost,
  equal,
  type Key,
  lacks,
  not,
  present,
  type Update,
  update,
  when,
} from "../table/table.ts";
import { isTrusted } from "./trust.ts";

type Account = ID<"account">;

// Shapes

/** The number of seats of an organization, and how many are taken. */
export const Count = v.object({
  /** Seats that the organization may fill. */
  capacity: Integer,
  /** Seats that are taken by members and pending invitations. It is exact: each change is counted in its own write. */
  committed: Integer,
});
export type Count = v.InferOutput<typeof Count>;

/** The seats of an organization. `used` and `held` are of the same moment as `committed`, and add up to it. */
export const Info = v.object({
  ...Count.entries,
  /**
   * Seats that members take. `used` and `held` can be missing in the answer to a change, and while the audit log is far
   * behind. Get the organization again.
   */
  used: v.optional(Integer),
  /** Seats that pending invitations hold. */
  held: v.optional(Integer),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  full: failure(
    "limit",
    "seat.limit_reached",
    "No seats available. Add seats, remove a member, or revoke an invitation.",
  ),
  frozen: failure("limit", "organization.frozen", "This organization can't invite anyone right now."),
  spent: failure("rate", "invitation.daily_limit", "The daily limit of invitations has been reached."),
  moved: failure("conflict", "seat.moved", "Someone else just sent invitations. Try again."),
  lastOwner: failure(
    "conflict",
    "member.last_owner",
    "An organization needs at least one owner. Make someone else an owner first.",
  ),
  organizationMissing: failure("missing", "seat.organization_missing", "This organization no longer exists."),
};

// Steps for other writes. All counters of an organization are on one row, so a write has at most one of these steps.

/**
 * Takes seats for new invitations, and counts their mails toward the daily limit. With `parts`, sets the number of
 * shards of their list. Returns the step, and the organization's row as it will be after it.
 */
export function take(
  organization: ID<"organization">,
  organizationRow: OrganizationRow,
  { seats, mails, owners = 0, parts }: { seats: number; mails: number; owners?: number; parts?: number },
): { step: Update; organizationRow: OrganizationRow } {
  const today = dayOf(instant());
  const isSameDay = organizationRow.sentOn === today;
  const left = mailsADay(organizationRow) - mails;
  // threat: seats are oversold
  // threat: an organization that may not grow invites
  const grows = all(equal("growth", true), atLeast("free", seats));
  const taken = { free: -seats, ...(owners !== 0 && { owners }) };
  const divided = parts !== undefined && { shards: parts };
  const change = isSameDay
    ? { add: { ...taken, sentToday: mails }, ...(divided && { set: divided }) }
    : { add: taken, set: { sentOn: today, sentToday: mails, ...divided } };
  // threat: invitations that are sent at once exceed the daily limit
  // threat: the first invitations of a day, sent at once, exceed the daily limit
  const allowance = isSameDay
    ? all(equal("sentOn", today), atMost("sentToday", left))
    : any(lacks("sentOn"), not(equal("sentOn", today)));
  const refusal = (found: OrganizationRow | undefined) => {
    if (!found?.growth) return failures.frozen();
    // threat: a sender at the daily limit is told to buy seats
    if (found.free < seats) return failures.full();
    return mailsLeft(found) < mails ? spent() : failures.moved();
  };
  const sentToday = (isSameDay ? (organizationRow.sentToday ?? 0) : 0) + mails;
  return {
    step: update(organizationKeys.organization(organization), change, when(all(grows, allowance), refusal)),
    organizationRow: { ...organizationRow, free: organizationRow.free - seats, sentOn: today, sentToday, ...divided },
  };
}

/** Takes the seat of somebody who joins without an invitation, which counts toward no limit of mails. */
export function takeOne(organization: ID<"organization">): Update {
  const refusal = (found: OrganizationRow | undefined) => (found?.growth ? failures.full() : failures.frozen());
  // threat: joining by a domain oversells seats
  // threat: people join an organization that cannot grow
  const grows = all(equal("growth", true), atLeast("free", 1));
  return update(organizationKeys.organization(organization), { add: { free: -1 } }, when(grows, refusal));
}

/**
 * Returns how many of the invitations that an import chunk wants can be made at once: limited by seats, and by mails if
 * a daily limit applies. Organizations that pay or have granted seats import as many as they have seats.
 */
export function roomFor(organizationRow: OrganizationRow, wanted: number): { seats: number; mails?: number } {
  const seats = Math.max(0, Math.min(wanted, organizationRow.free));
  // threat: a free organization imports more than may be mailed in a day
  if (isTrusted(organizationRow)) return { seats };
  const mails = Math.max(0, Math.min(wanted, mailsLeft(organizationRow)));
  return { seats: Math.min(seats, mails), mails };
}

/** Gives back what an import chunk did not use: its seats, and on the same day its mails. */
export function giveBack(
  organization: ID<"organization">,
  organizationRow: OrganizationRow,
  { seats, mails, day }: { seats: number; mails: number; day: string },
): Update[] {
  const isSameDay = mails > 0 && organizationRow.sentOn === day;
  if (seats === 0 && !isSameDay) return [];
  if (!isSameDay) return [release(organization, { seats })];
  const add = { sentToday: -mails, ...(seats > 0 && { free: seats }) };
  return [update(organizationKeys.organization(organization), { add }, when(equal("sentOn", day), failures.moved))];
}

/** Gives seats back, and adds or removes owners; at least one remains. */
export function release(
  organization: ID<"organization">,
  { seats = 0, owners = 0 }: { seats?: number; owners?: number },
): Update {
  const add = { ...(seats !== 0 && { free: seats }), ...(owners !== 0 && { owners }) };
  // threat: an organization without an owner when two leave at once
  const stays = when(all(present, above("owners", -owners)), (found: OrganizationRow | undefined) =>
    found ? failures.lastOwner() : failures.organizationMissing(),
  );
  return update(
    organizationKeys.organization(organization),
    { add },
    // threat: an organization without an owner
    // threat: a purged organization comes back as a counter
    owners < 0 ? stays : when(present, failures.organizationMissing),
  );
}

/** The same for a deleted organization, which needs no owner. */
export function releaseDeleted(
  organization: ID<"organization">,
  { seats, owners }: { seats: number; owners: number },
): Update {
  const add = { free: seats, ...(owners !== 0 && { owners }) };
  return update(
    organizationKeys.organization(organization),
    { add },
    when(equal("state", "deleted"), failures.organizationMissing),
  );
}

// The sender: an account, for organizations that neither pay nor were granted seats. With many such organizations it sends
// no more invitations than with a few.

const countersOfSender = (account: Account, at?: number) => countersOf(Limits.untrustedInvitations, account, at);

/** The key of its count of today. */
export const senderKeyOf = (account: Account): Key<CountRow> => countersOfSender(account).key;

/** Returns how many more invitations an account may send today for an organization, given its count of today. */
export const senderLeft = (account: Account, organizationRow: OrganizationRow, row: CountRow | undefined): number =>
  // threat: organizations that pay are limited by what their admins send for free ones
  isTrusted(organizationRow) ? Number.POSITIVE_INFINITY : Math.max(0, countersOfSender(account).left(row));

/** Returns the step that counts invitations, if they count. */
export const takeOfSender = (account: Account, organizationRow: OrganizationRow, mails: number): Update[] =>
  mails === 0 || isTrusted(organizationRow) ? [] : [countersOfSender(account).take(mails, spent)];

/** Returns the step that gives back invitations that were counted on a day and not sent. */
export const giveBackToSender = (account: Account, { mails, day }: { mails: number; day: string }): Update[] =>
  mails > 0 ? [countersOfSender(account, Date.parse(day)).giveBack(mails)] : [];

// For display and prediction

/** Returns how many more invitations an organization may send today. */
export function mailsLeft(organizationRow: OrganizationRow): number {
  return (
    mailsADay(organizationRow) - (organizationRow.sentOn === dayOf(instant()) ? (organizationRow.sentToday ?? 0) : 0)
  );
}

/** Returns the numbers that decide, which are always exact. */
export const count = ({ capacity, free }: OrganizationRow): Count => ({ capacity, committed: capacity - free });

/** Adds how the seats are split, given the members of that moment. If owners use all seats, nobody needs to count. */
export function describe(organizationRow: OrganizationRow, members?: number): Info {
  const seats = count(organizationRow);
  const used = organizationRow.owners === seats.committed ? organizationRow.owners : members;
  // threat: more members are shown than seats are taken
  // threat: fewer members are shown than there are owners
  if (used === undefined || used < organizationRow.owners || used > seats.committed) return seats;
  return { ...seats, used, held: seats.committed - used };
}

const mailsADay = (organizationRow: OrganizationRow) =>
  (isTrusted(organizationRow) ? Limits.trustedInvitations : Limits.freeInvitations).windows[0].quota;
const dayOf = (at: string) => at.slice(0, 10);
/** The failure of the daily limit, which ends at midnight. */
export const spent = () => failures.spent({ retryAfterSeconds: secondsToMidnight() });
const secondsToMidnight = () => daySeconds - (Math.floor(Date.parse(instant()) / 1000) % daySeconds);
