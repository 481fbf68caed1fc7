import * as v from "valibot";
import type { StatsRow } from "../audit/row.ts";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { instant } from "../kernel/ports.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { Keys } from "../table/keys.ts";
import {
  above,
  all,
  any,
  atLeast,
  atMost,
  equal,
  lacks,
  not,
  present,
  type Update,
  update,
  when,
} from "../table/table.ts";
import { invitationsPerDay } from "./limits.ts";

// Shapes

/** The seats of an organization. `committed` = `used` + `held`, and never exceeds `capacity`. */
export const Info = v.object({
  /** Seats that the organization may fill. */
  capacity: Integer,
  /** Seats that are taken, by members and pending invitations. It is exact: each change is counted in its own write. */
  committed: Integer,
  /** Seats that members take. Counted from the audit log, so it follows a change within seconds. */
  used: Integer,
  /** Seats that pending invitations hold: `committed` less `used`, so it follows within seconds, too. */
  held: Integer,
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
  spent: failure("rate", "invitation.daily_limit", "This organization reached its daily invitation limit."),
  moved: failure("conflict", "seat.moved", "Someone else just sent invitations. Try again."),
  lastOwner: failure(
    "conflict",
    "member.last_owner",
    "An organization needs at least one owner. Make someone else an owner first.",
  ),
  gone: failure("missing", "seat.gone", "This organization no longer exists."),
};

// Steps for somebody else's write: all that an organization counts stands on one row, so each is the only one of it.

/**
 * Takes seats for new invitations, and counts their mails against what may be sent today. With `parts`, their list is
 * divided into so many. Answers the step, and the organization's row as it is after it.
 */
export function take(
  organization: ID<"organization">,
  home: OrganizationRow,
  { seats, mails, owners = 0, parts }: { seats: number; mails: number; owners?: number; parts?: number },
): { step: Update; home: OrganizationRow } {
  const today = dayOf(instant());
  const isSameDay = home.sentOn === today;
  const left = mailsADay(home) - mails;
  const grows = all(equal("growth", true), atLeast("free", seats));
  const taken = { free: -seats, ...(owners !== 0 && { owners }) };
  const divided = parts !== undefined && { shards: parts };
  const change = isSameDay
    ? { add: { ...taken, sentToday: mails }, ...(divided && { set: divided }) }
    : { add: taken, set: { sentOn: today, sentToday: mails, ...divided } };
  const allowance = isSameDay
    ? all(equal("sentOn", today), atMost("sentToday", left))
    : any(lacks("sentOn"), not(equal("sentOn", today)));
  const refusal = (found: OrganizationRow | undefined) => {
    if (!found?.growth) return failures.frozen();
    if (found.free < seats) return failures.full();
    return mailsLeft(found) < mails ? failures.spent({ retryAfterSeconds: secondsToMidnight() }) : failures.moved();
  };
  const sentToday = (isSameDay ? (home.sentToday ?? 0) : 0) + mails;
  return {
    step: update(Keys.organization(organization), change, when(all(grows, allowance), refusal)),
    home: { ...home, free: home.free - seats, sentOn: today, sentToday, ...divided },
  };
}

/**
 * How many of the invitations that a part of an import wants can be made at once: seats, and mails where those of a day
 * are counted. Who pays or was granted seats imports as many as they have seats.
 */
export function roomFor(home: OrganizationRow, wanted: number): { seats: number; mails?: number } {
  const seats = Math.max(0, Math.min(wanted, home.free));
  if (isTrusted(home)) return { seats };
  const mails = Math.max(0, Math.min(wanted, mailsLeft(home)));
  return { seats: Math.min(seats, mails), mails };
}

/** Gives back what a part of an import has not used: its seats, and its mails while it is the day that they were of. */
export function giveBack(
  organization: ID<"organization">,
  home: OrganizationRow,
  { seats, mails, day }: { seats: number; mails: number; day: string },
): Update[] {
  const isSameDay = mails > 0 && home.sentOn === day;
  if (seats === 0 && !isSameDay) return [];
  if (!isSameDay) return [release(organization, { seats })];
  const add = { sentToday: -mails, ...(seats > 0 && { free: seats }) };
  return [update(Keys.organization(organization), { add }, when(equal("sentOn", day), failures.moved))];
}

/** Gives seats back, and lets owners come or go, of whom one remains. */
export function release(
  organization: ID<"organization">,
  { seats = 0, owners = 0 }: { seats?: number; owners?: number },
): Update {
  const add = { ...(seats !== 0 && { free: seats }), ...(owners !== 0 && { owners }) };
  const stays = when(all(present, above("owners", -owners)), (found: OrganizationRow | undefined) =>
    found ? failures.lastOwner() : failures.gone(),
  );
  return update(Keys.organization(organization), { add }, owners < 0 ? stays : when(present, failures.gone));
}

/** The same of an organization that is deleted, in which no owner needs to remain. */
export function releaseDeleted(
  organization: ID<"organization">,
  { seats, owners }: { seats: number; owners: number },
): Update {
  const add = { free: seats, ...(owners !== 0 && { owners }) };
  return update(Keys.organization(organization), { add }, when(equal("state", "deleted"), failures.gone));
}

// For those who show or foresee

/** How many more invitations an organization may send today. */
export function mailsLeft(home: OrganizationRow): number {
  return mailsADay(home) - (home.sentOn === dayOf(instant()) ? (home.sentToday ?? 0) : 0);
}

/** Whether an organization pays, or an operator vouched for it. */
export const isTrusted = (home: OrganizationRow): boolean => home.plan !== "free" || home.granted === true;

/** The exact numbers decide; how they are split comes with the log, a moment later. */
export function describe(home: OrganizationRow, stats: StatsRow | undefined): Info {
  const capacity = home.capacity;
  const committed = capacity - home.free;
  // what is shown lags a moment behind; that owners are members is known at once
  const used = Math.min(committed, Math.max(home.owners, stats?.active ?? 0));
  return { capacity, committed, used, held: committed - used };
}

const mailsADay = (home: OrganizationRow) => (isTrusted(home) ? invitationsPerDay.trusted : invitationsPerDay.free);
const dayOf = (at: string) => at.slice(0, 10);
const secondsToMidnight = () => daySeconds - (Math.floor(Date.parse(instant()) / 1000) % daySeconds);
