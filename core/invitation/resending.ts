import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { Failure, failure, implied, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { permissions } from "../base/permission.ts";
import { Integer } from "../base/shape.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { isTrusted } from "../seat/trust.ts";
import type { Step } from "../table/table.ts";
import { teamsOf } from "../team/names.ts";
import * as Invitation from "./invitation.ts";
import { knownOf } from "./judge.ts";
import { invitationKeys } from "./keys.ts";
import { cooldownMinutes, presetDays } from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import { LifetimeDays, type Resendable } from "./shape.ts";
import { type Invitee, inviting, type Origin, originOf } from "./steps.ts";

// Sending invitations again: one, or many whose email failed or is not confirmed. Of many, the status of the email is a
// guard of the write that requests another, so that a second click, or another admin, finds nothing left to do.

/** Each has a row and an event. */
const rowsPerWrite = 25;
/** Times that rows are read again, because others changed them at the same time. */
const looks = 5;
const cooldownSeconds = cooldownMinutes * minuteSeconds;

// Shapes

/** The results for the invitations that one request looked at. */
export const Counts = v.object({
  /** Invitations that get a new email, with a new link. */
  resent: Integer,
  /** Invitations that were sent less than 5 minutes ago. */
  tooSoon: Integer,
  /** Invitations of owners, which only an owner can resend. */
  notAllowed: Integer,
  /** Invitations for which the daily limit left no room. */
  limited: Integer,
  /** Invitations that others kept changing, or whose organization changed in between. */
  contended: Integer,
});
export type Counts = v.InferOutput<typeof Counts>;
export const Resent = v.object({
  ...Counts.entries,
  /** The `cursor` of the next request. Missing when all were looked at. */
  next: v.optional(v.string()),
});

/** Invitations to send again, where each counts from then on, and what else a write of so many says. */
export type Lot = {
  addresses: readonly ID.ID<"address">[];
  /** The status of the email of those that are sent again. */
  mail: Resendable;
  isOf?: (row: PendingRow) => boolean;
  originOf: (row: PendingRow) => Origin;
  with?: (count: number) => Step[];
};

// Failures

export const failures = {
  cooling: failure("rate", "invitation.resend_too_soon", "This invitation was just sent. Wait a few minutes."),
};

export const refusals = [
  Invitation.failures.changed,
  Seat.failures.full,
  Seat.failures.frozen,
  Seat.failures.spent,
  Seat.failures.moved,
  Seat.failures.organizationMissing,
  Event.failures.repeated,
];
/** Failures that mean others were faster, with these invitations or with the daily limit. */
const byOthers = [Invitation.failures.changed, Seat.failures.moved, implied.contended];
const overtaken = [...byOthers, Seat.failures.spent];

// Functions

/** Sends a new link; the old one stops working. An invitation that has ended is sent again and takes a seat again. */
export const resend = fn(
  "invitation.resend",
  {
    input: v.strictObject({ invitation: ID.schema("invitation"), lifetimeDays: v.optional(LifetimeDays) }),
    output: v.object({
      id: ID.schema("invitation"),
      /** The time the new link expires. */
      expiresAt: v.string(),
    }),
    failures: [
      failures.cooling,
      Invitation.failures.missing,
      Invitation.failures.used,
      Invitation.failures.changed,
      Seat.failures.full,
      Seat.failures.frozen,
      Seat.failures.spent,
      Seat.failures.moved,
      Event.failures.repeated,
    ],
    reads: (input, actor) => [
      organizationKeys.organization(actor.organization),
      Seat.senderKeyOf(actor.account),
      Invitation.keyOf(actor, input),
    ],
  },
  async ({ invitation, lifetimeDays }, actor, [organizationRow, countRow, row]) => {
    if (!row) throw Invitation.failures.missing();
    // threat: a member is invited by resending their old invitation
    if (row.state === "member") throw Invitation.failures.used();
    Invitation.refuseTarget(actor, "invitation.resend", row);
    const { sentAt, email } = row;
    if (!organizationRow || !sentAt || !email) throw Invitation.failures.missing();
    const waitSeconds = Math.ceil(
      (Date.parse(Invitation.mailedAt(row)) - Date.parse(instant(-cooldownSeconds))) / 1000,
    );
    // threat: an ended invitation is resent without a pause
    if (waitSeconds > 0) throw failures.cooling({ retryAfterSeconds: waitSeconds });
    const invitee: Invitee = {
      email,
      address: Invitation.addressOf(invitation),
      role: row.role,
      ...(row.name !== undefined && { name: row.name }),
      teams: teamsOf(row),
      // threat: resending hides from an import how its invitation ended
      ...(Invitation.isPending(row) && { origin: originOf(row) }),
    };
    const shared = {
      src: randomUUID(),
      lifetimeDays: lifetimeDays ?? row.lifetimeDays ?? presetDays,
      // threat: an organization that lost trust keeps mailing its message
      ...(row.message !== undefined && isTrusted(organizationRow) && { message: row.message }),
    };
    const { steps, expiresAt } = inviting(actor, [invitee], knownOf([organizationRow, countRow, row], actor), shared);
    const info = { id: invitation, expiresAt };
    await table.write(...steps, ...remember(info));
    return info;
  },
);

// For operations

/**
 * Sends these invitations again, as `resend` does with one: each counts toward the daily limits.
 * What others change at the same time does not stop the rest.
 * @throws the failure that stopped it before it sent any
 */
export async function resendAll(actor: Actor, lots: readonly Lot[]): Promise<Counts> {
  const answer = { resent: 0, tooSoon: 0, notAllowed: 0, limited: 0, contended: 0 };
  let stop: Failure | undefined;
  for (const lot of lots) {
    const rows = (await table.getMany(keysOf(actor, lot.addresses))).filter((row) => isWanted(row, lot));
    // threat: an admin resends the invitations of owners, many at once
    const [allowed, others] = divide(rows, ({ role }) => reaches(actor, permissions["invitation.resend"], { role }));
    const [ready, recent] = divide(allowed, isCooled);
    answer.notAllowed += others.length;
    answer.tooSoon += recent.length;
    for (const some of writesOf(ready)) {
      const done = stop ?? (await write(actor, some, lot).catch(failureOf));
      if (!(done instanceof Failure)) {
        answer.resent += done.resent;
        answer.limited += done.limited;
        continue;
      }
      // threat: an invitation that others changed is said to be over the daily limit
      answer[isFailure(done, Seat.failures.spent) ? "limited" : "contended"] += some.length;
      // threat: one invitation that others change at the same time stops all that are sent again
      if (!byOthers.some((one) => isFailure(done, one))) stop = done;
    }
  }
  if (stop && answer.resent === 0) throw stop;
  return answer;
}

/** One write has invitations of the same lifetime and message. */
function writesOf(rows: readonly PendingRow[]): PendingRow[][] {
  // threat: invitations that are sent again together get one message
  const termsOf = ({ lifetimeDays, message }: PendingRow) => JSON.stringify([lifetimeDays, message]);
  return [...new Set(rows.map(termsOf))].flatMap((terms) => {
    const same = rows.filter((row) => termsOf(row) === terms);
    const count = Math.ceil(same.length / rowsPerWrite);
    return Array.from({ length: count }, (_, n) => same.slice(n * rowsPerWrite, (n + 1) * rowsPerWrite));
  });
}

/** Writes what can be written of these: without those that others have changed, and within the daily limits. */
async function write(actor: Actor, rows: readonly PendingRow[], lot: Lot) {
  const { organization, account } = actor;
  for (let look = 1; ; look++) {
    const [organizationRow, countRow, ...found] = await table.getMany([
      organizationKeys.organization(organization),
      Seat.senderKeyOf(account),
      ...keysOf(
        actor,
        rows.map(({ pk }) => pk),
      ),
    ]);
    // threat: an email that a worker began to send is requested again at the second look
    const still = found.filter((row) => isWanted(row, lot)).filter(isCooled);
    const [first] = still;
    if (!first) return { resent: 0, limited: 0 };
    const known = knownOf([organizationRow, countRow, ...still], actor);
    const room = Math.min(Seat.mailsLeft(known.organizationRow), known.senderLeft);
    if (room < 1) throw Seat.spent();
    // threat: where the daily limit leaves little room, nothing is sent again
    const some = still.slice(0, room);
    const { lifetimeDays, message } = first;
    const shared = {
      src: randomUUID(),
      lifetimeDays,
      ...(message !== undefined && isTrusted(known.organizationRow) && { message }),
    };
    const invitees = some.map((row) => inviteeOf(row, lot));
    try {
      await table.write(...inviting(actor, invitees, known, shared).steps, ...(lot.with?.(some.length) ?? []));
      return { resent: some.length, limited: still.length - some.length };
    } catch (error) {
      if (look === looks || !overtaken.some((one) => isFailure(error, one))) throw error;
    }
  }
}

function inviteeOf(row: PendingRow, { mail, originOf: origin }: Lot): Invitee {
  const { email, pk: address, role, name } = row;
  const person = { email, address, role, teams: teamsOf(row), origin: origin(row), mailWas: mail };
  return name === undefined ? person : Object.assign(person, { name });
}

// threat: a bulk resend ignores the cooldown
const isCooled = (row: PendingRow) => Invitation.mailedAt(row) <= instant(-cooldownSeconds);

const keysOf = ({ organization }: Actor, addresses: readonly ID.ID<"address">[]) =>
  addresses.map((address) => invitationKeys.addressIn(organization, address));

const isWanted = (row: AddressRow | undefined, { mail, isOf = () => true }: Lot): row is PendingRow =>
  // threat: an ended invitation is sent again with the others
  // threat: an email that was delivered is sent again with those that failed
  // threat: an import sends again what somebody invited otherwise since
  Invitation.isOpen(row) && row.mail === mail && isOf(row);

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
}

function divide<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}
