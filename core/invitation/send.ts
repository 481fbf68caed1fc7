import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { Failure, failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { type Context, use } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { leaveOpen, remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import * as Seat from "../seat/seat.ts";
import * as Sender from "../seat/sender.ts";
import { Keys } from "../table/keys.ts";
import { maxTeams } from "../team/limits.ts";
import { teamsOf } from "../team/names.ts";
import * as Invitation from "./invitation.ts";
import {
  candidateOf,
  type Judgment,
  judge,
  type Known,
  keysOf,
  knownOf,
  type Obstacle,
  obstacles,
  withLapsed,
} from "./judge.ts";
import { cooldownMinutes, maxRows, presetDays } from "./limits.ts";
import { LifetimeDays, Message } from "./shape.ts";
import { type Invitee, inviting, type Shared } from "./steps.ts";

/** All invitations write to the row that counts seats: small writes wait less for each other. */
const rowsPerWrite = 25;
/** How often rows are read again, because others invite at the same time, before the caller has to retry. */
const looks = 5;
const cooldownSeconds = cooldownMinutes * minuteSeconds;

// Shapes One line of a list, as it was written: an invalid one gets its own result, and the others are still sent.
const Row = v.strictObject({
  /** The address to invite. */
  email: v.pipe(v.string(), v.maxLength(320, "This address is too long.")),
  /** The role to invite them with: `owner`, `admin`, `write` or `read`. Without it, `read`. */
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

const obstacleNames = Object.keys(obstacles) as [Obstacle, ...Obstacle[]];
const judged = {
  /** The address, as it would be stored. */
  email: v.string(),
  /** The role, if it could be understood. */
  role: v.optional(v.picklist(roles)),
  /** The name, if there is one. */
  name: v.optional(v.string()),
  /** The ids of the teams. */
  teams: v.optional(v.array(ID.schema("team"))),
  /** A sentence about the result, for a person. */
  message: v.string(),
};
/** What inviting somebody would do. */
export const Reviewed = v.object({
  ...judged,
  /** `ready`, or what stands in the way. */
  label: v.picklist(["ready", ...obstacleNames]),
});
/** What inviting somebody did. */
export const Sent = v.object({
  ...judged,
  /** `invited`, or why not. After `retry`, send this one again. */
  outcome: v.picklist(["invited", "retry", ...obstacleNames]),
  /** The id of the invitation, if there is one now. */
  invitation: v.optional(ID.schema("invitation")),
});

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
    input: v.strictObject({ invitations: Rows }),
    output: v.object({
      /** A result for each person, in the order of the request. */
      items: v.array(Reviewed),
      seats: Seat.Count,
    }),
    failures: [Seat.failures.frozen],
    reads: (input, actor) => keysOf(input.invitations, actor),
  },
  async ({ invitations }, actor, rows) => {
    const known = await withLapsed(knownOf(rows, actor));
    if (!known.organizationRow.growth) throw Seat.failures.frozen();
    return {
      items: judge(invitations.map(candidateOf), known, actor).map(describeReview),
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
  async ({ invitations, message, lifetimeDays = presetDays }, actor, rows) => {
    const candidates = invitations.map(candidateOf);
    const src = sourceOf(use().idempotency);
    const shared: Shared = { src, lifetimeDays, ...(message && { message }) };
    let known = await withLapsed(knownOf(rows, actor));
    if (message && !Seat.isTrusted(known.organizationRow)) throw failures.messageRefused();

    let isBegun = false;
    for (let look = 1; ; ) {
      const judgments = judge(candidates, known, actor, src);
      if (!known.organizationRow.growth && !isBegun) throw Seat.failures.frozen();
      if (!known.organizationRow.growth) return unfinished(judgments, known);
      const ready = judgments.flatMap(({ row, label }) => (label === "ready" ? [row as Invitee] : []));
      if (ready.length === 0) return answer(judgments, known);
      const part = inviting(actor, ready.slice(0, rowsPerWrite), known, shared);
      const isLast = ready.length <= rowsPerWrite;
      const last = isLast ? remember(answer(judge(candidates, part.after, actor, src), part.after)) : [];
      try {
        await table.write(...part.steps, ...last);
        [known, isBegun, look] = [part.after, true, 1];
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (!isOvertaken(error) || look++ === looks) {
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
      Keys.organization(actor.organization),
      Sender.keyOf(actor.account),
      Invitation.keyOf(actor, input),
    ],
  },
  async ({ invitation, lifetimeDays }, actor, [organizationRow, countRow, row]) => {
    if (!row) throw Invitation.failures.missing();
    if (row.state === "member") throw Invitation.failures.used();
    Invitation.refuseTarget(actor, "invitation.resend", row);
    const { sentAt, email } = row;
    if (!organizationRow || !sentAt || !email) throw Invitation.failures.missing();
    const waitSeconds = Math.ceil((Date.parse(sentAt) - Date.parse(instant(-cooldownSeconds))) / 1000);
    if (waitSeconds > 0) throw failures.cooling({ retryAfterSeconds: waitSeconds });
    const invitee: Invitee = {
      email,
      address: Invitation.addressOf(invitation),
      role: row.role,
      ...(row.name !== undefined && { name: row.name }),
      teams: teamsOf(row),
    };
    const shared: Shared = {
      src: randomUUID(),
      lifetimeDays: lifetimeDays ?? row.lifetimeDays ?? presetDays,
      ...(row.message !== undefined && Seat.isTrusted(organizationRow) && { message: row.message }),
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
  return createHash("sha256")
    .update(JSON.stringify([key.pk, key.sk, fingerprint]))
    .digest("base64url");
}

type Sending = Omit<Judgment, "label"> & { label: Judgment["label"] | "retry" };

/** Reports what is done, so that only the rest has to be sent again. */
const putOff = ({ row, label }: Judgment): Sending => ({ row, label: label === "ready" ? "retry" : label });

function unfinished(judgments: readonly Judgment[], known: Known) {
  leaveOpen();
  return answer(judgments.map(putOff), known);
}

function answer(rows: readonly Sending[], { organizationRow }: Known) {
  return { items: rows.map(describeSending), seats: Seat.count(organizationRow) };
}

function describeReview({ row, label }: Judgment) {
  const known = label === "sent" ? "already_invited" : label;
  return { ...shown(row), label: known, message: known === "ready" ? "Ready to be sent." : obstacles[known] };
}

function describeSending({ row, label }: Sending) {
  if (label === "retry") {
    return { ...shown(row), outcome: label, message: "Too many changes at once. Send this one again." };
  }
  if (label !== "sent" && label !== "ready") return { ...shown(row), outcome: label, message: obstacles[label] };
  const invitation = Invitation.idOf(String(row.address));
  return { ...shown(row), outcome: "invited" as const, message: "Invited.", invitation };
}

const shown = ({ email, role, name, teams }: Judgment["row"]) => ({
  email,
  ...(role && { role }),
  ...(name && { name }),
  ...(teams && { teams }),
});
