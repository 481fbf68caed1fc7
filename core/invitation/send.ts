import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { Failure, failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { type Context, use } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { leaveOpen, remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Windows from "../rate/windows.ts";
import * as Seat from "../seat/seat.ts";
import { isTrusted } from "../seat/trust.ts";
import { maxTeams } from "../team/limits.ts";
import { teamsOf } from "../team/names.ts";
import { describeReview, describeSending, Reviewed, type Sending, Sent } from "./answer.ts";
import { candidateOf } from "./candidate.ts";
import { emailOf, wantedOf } from "./change.ts";
import * as Invitation from "./invitation.ts";
import { type Judgment, judge, type Known, keysOf, knownOf, withLapsed } from "./judge.ts";
import { cooldownMinutes, maxRows, presetDays } from "./limits.ts";
import { type IfPending as IfPendingName, ifPending as ifPendings, LifetimeDays, Message } from "./shape.ts";
import { type Invitee, inviting, originOf, type Shared } from "./steps.ts";

/** All invitations write to the row that counts seats: small writes wait less for each other. */
const rowsPerWrite = 25;
/** A changed one has up to three events, so that fewer fit into a transaction. */
const changesPerWrite = 24;
/** How often rows are read again, because others invite at the same time, before the caller has to retry. */
const looks = 5;
const cooldownSeconds = cooldownMinutes * minuteSeconds;

// Shapes One line of a list, as it was written: an invalid one gets its own result, and the others are still sent.
const Row = v.strictObject({
  /** The address to invite. */
  email: v.pipe(v.string(), v.maxLength(320, "This address is too long.")),
  /** The role to invite them with: `owner`, `admin`, `write`, or `read`. Without it, `read`. */
  role: v.optional(v.pipe(v.string(), v.maxLength(40, "This role is too long."))),
  /** The name of the person, for the email. */
  name: v.optional(v.pipe(v.string(), v.maxLength(200, "This name is too long."))),
  /** The ids of the teams that the person joins on accepting. */
  teams: v.optional(v.pipe(v.array(ID.schema("team")), v.maxLength(maxTeams, `At most ${maxTeams} teams.`))),
});
/** The people to invite. */
const Rows = v.pipe(
  v.array(Row),
  v.minLength(1, "At least one invitation."),
  v.maxLength(maxRows, `At most ${maxRows} invitations at once.`),
  v.check(
    (rows) => new Set(rows.flatMap(({ teams = [] }) => teams)).size <= maxTeams,
    `At most ${maxTeams} different teams at once.`,
  ),
);

/**
 * What sending does with a pending invitation to another role or other teams; without it, `skip`. With
 * `change_and_email`, one that was emailed less than 5 minutes ago is changed without an email, and its `message` says so.
 */
const IfPending = v.optional(v.picklist(ifPendings));

// Failures

export const failures = {
  messageRefused: failure(
    "limit",
    "invitation.message_not_allowed",
    "Custom messages are not available on the free plan.",
  ),
  cooling: failure("rate", "invitation.resend_too_soon", "This invitation was just sent. Wait a few minutes."),
};

/** Failures that mean others were faster. */
const overtaken = [
  Seat.failures.full,
  Seat.failures.spent,
  Seat.failures.moved,
  Invitation.failures.exists,
  Invitation.failures.changed,
  implied.contended,
];

// Functions

/** Returns for each row of a list what sending it would do, and changes nothing. */
export const review = fn(
  "invitation.review",
  {
    input: v.strictObject({ invitations: Rows, ifPending: IfPending }),
    output: v.object({
      /** A result for each person, in the order of the request. */
      items: v.array(Reviewed),
      seats: Seat.Count,
    }),
    failures: [Seat.failures.frozen, Windows.failures.limited],
    // threat: a review reads its rows before it is refused
    reads: ({ invitations }, actor) => keysOf(Windows.isCounted(invitations.length) ? [] : invitations, actor),
  },
  async ({ invitations, ifPending }, actor, prefetched) => {
    await Windows.takeReads(invitations.length, actor);
    const rows = Windows.isCounted(invitations.length) ? await table.getMany(keysOf(invitations, actor)) : prefetched;
    const known = await withLapsed(knownOf(rows, actor));
    // threat: a review says ready although the organization may not grow
    if (!known.organizationRow.growth) throw Seat.failures.frozen();
    return {
      items: judge(invitations.map(candidateOf), known, actor, { ifPending }).map((one) =>
        describeReview(one, known, ifPending),
      ),
      seats: Seat.count(known.organizationRow),
    };
  },
);

/**
 * Invites the rows that can be invited, in order, and returns what happened to each. Seats are taken in the writes that
 * make the invitations, so concurrent requests never take more than there are.
 */
export const send = fn(
  "invitation.send",
  {
    input: v.strictObject({
      invitations: Rows,
      message: v.optional(Message),
      lifetimeDays: v.optional(LifetimeDays),
      ifPending: IfPending,
    }),
    output: v.object({
      /** A result for each person, in the order of the request. */
      items: v.array(Sent),
      seats: Seat.Count,
    }),
    failures: [
      failures.messageRefused,
      Invitation.failures.exists,
      Invitation.failures.changed,
      Seat.failures.full,
      Seat.failures.frozen,
      Seat.failures.spent,
      Seat.failures.moved,
      Event.failures.repeated,
    ],
    reads: (input, actor) => keysOf(input.invitations, actor),
  },
  async ({ invitations, message, lifetimeDays = presetDays, ifPending = "skip" }, actor, rows) => {
    const candidates = invitations.map(candidateOf);
    const src = sourceOf(use().idempotency);
    const shared: Shared = { src, lifetimeDays, ...(message && { message }) };
    let known = await withLapsed(knownOf(rows, actor));
    if (message && !isTrusted(known.organizationRow)) throw failures.messageRefused();

    let isBegun = false;
    for (let look = 1; ; ) {
      const judgments = judge(candidates, known, actor, { src, ifPending });
      if (!known.organizationRow.growth && !isBegun) throw Seat.failures.frozen();
      if (!known.organizationRow.growth) return unfinished(judgments, known);
      const ready = judgments.flatMap((one) => inviteeOf(one, known, ifPending) ?? []);
      const limit = ready.some(({ changes }) => changes) ? changesPerWrite : rowsPerWrite;
      if (ready.length === 0) return answer(judgments, known);
      const part = inviting(actor, ready.slice(0, limit), known, shared);
      const isLast = ready.length <= limit;
      const last = isLast ? remember(answer(judge(candidates, part.after, actor, { src, ifPending }), part.after)) : [];
      try {
        await table.write(...part.steps, ...last);
        [known, isBegun, look] = [part.after, true, 1];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!isOvertaken(error) || look++ === looks) {
          // threat: a half sent list is answered as if nothing of it was done
          // threat: a list of which nothing was done is not refused
          if (!isBegun) throw error;
          return unfinished(judgments, known);
        }
        known = await withLapsed(knownOf(await table.getMany(keysOf(invitations, actor)), actor));
      }
    }
  },
);

/** Sends a new link; the old one stops working. An invitation that has ended is sent again and takes a seat again. */
export const resend = fn(
  "invitation.resend",
  {
    input: v.strictObject({ invitation: ID.schema("invitation"), lifetimeDays: v.optional(LifetimeDays) }),
    output: v.object({
      id: ID.schema("invitation"),
      /** When the new link expires. */
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
    const shared: Shared = {
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

const isOvertaken = (error: Failure) => overtaken.some(({ code }) => code === error.code);

/** Identifies a request with a key, so that a repeated one recognizes the rows that it made. */
function sourceOf(once: Context["idempotency"]): string {
  if (!once) return randomUUID();
  const { key, fingerprint } = once;
  // threat: the idempotency key of another account's request counts as the caller's
  // threat: an idempotency key that is used for another list claims the other's invitations
  return createHash("sha256")
    .update(JSON.stringify([key.pk, key.sk, fingerprint]))
    .digest("base64url");
}

/** Reports what is done, so that only the rest has to be sent again. */
const putOff = ({ row, label }: Judgment): Sending => ({
  row,
  label: label === "ready" || label === "change" ? "retry" : label,
});

function unfinished(judgments: readonly Judgment[], known: Known) {
  leaveOpen();
  return answer(judgments.map(putOff), known);
}

function answer(rows: readonly Sending[], known: Known) {
  return { items: rows.map((one) => describeSending(one, known)), seats: Seat.count(known.organizationRow) };
}

/** Returns the person that a row invites, or whose pending invitation it changes; nothing for other rows. */
function inviteeOf({ row, label }: Judgment, { found }: Known, ifPending: IfPendingName): Invitee | undefined {
  const { names: _, address, ...person } = row;
  if (!address || (label !== "ready" && label !== "change")) return undefined;
  const before = found.get(address);
  if (label === "ready") return Object.assign(person, { address }) as Invitee;
  if (!Invitation.isPending(before)) return undefined;
  const name = person.name ?? before.name;
  return {
    email: person.email,
    address,
    ...(name !== undefined && { name }),
    ...wantedOf(row, before),
    changes: { found: before, email: emailOf(before, ifPending) },
  };
}
