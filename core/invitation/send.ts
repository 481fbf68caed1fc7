import { createHash, randomUUID } from "node:crypto";
import * as v from "valibot";
import { strangeLetter, strangeText } from "../account/shape.ts";
import { Failure, failure, implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { type Context, use } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { leaveOpen, remember } from "../kernel/idempotency.ts";
import { table } from "../kernel/ports.ts";
import * as Seat from "../seat/seat.ts";
import { isTrusted } from "../seat/trust.ts";
import { maxTeams } from "../team/limits.ts";
import { teamsOf } from "../team/names.ts";
import * as Invitation from "./invitation.ts";
import {
  candidateOf,
  emailOf,
  invitedDifferently,
  type Judgment,
  judge,
  type Known,
  keysOf,
  knownOf,
  obstacles,
  wantedOf,
  withLapsed,
} from "./judge.ts";
import { cooldownMinutes, maxRows, presetDays } from "./limits.ts";
import { type IfPending as IfPendingName, ifPending as ifPendings, LifetimeDays, Message } from "./shape.ts";
import { type Invitee, inviting, type Shared } from "./steps.ts";

/** All invitations write to the row that counts seats: small writes wait less for each other. */
const rowsPerWrite = 25;
/** A changed one has up to three events, so that fewer fit into a transaction. */
const changesPerWrite = 24;
/** Times that rows are read again, because others invite at the same time, before the caller has to retry. */
const looks = 5;

// Shapes

// One line of a list, as it was written: an invalid one gets its own result, and the others are still sent.
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
export const Rows = v.pipe(
  v.array(Row),
  v.minLength(1, "At least one invitation."),
  v.maxLength(maxRows, `At most ${maxRows} invitations at once.`),
  v.check(
    (rows) => new Set(rows.flatMap(({ teams = [] }) => teams)).size <= maxTeams,
    `At most ${maxTeams} different teams at once.`,
  ),
);

/**
 * The way to treat a pending invitation to another role or other teams; without it, `skip`. With `change_and_email`,
 * one that was emailed less than 5 minutes ago is changed without an email, and its `message` says so.
 */
export const IfPending = v.optional(v.picklist(ifPendings));

// What is said of each row

export const isSoon = `It was emailed less than ${cooldownMinutes} minutes ago, so no email`;
/** Sentences about invitations that a request changed. */
const changes = {
  changed: "The pending invitation was changed, without an email.",
  changed_and_mailed: "The pending invitation was changed, and emailed again.",
  changed_too_soon: `The pending invitation was changed. ${isSoon} was sent.`,
};
type Done = keyof typeof changes;
export const isDone = (label: string): label is Done => Object.hasOwn(changes, label);
const sentences = Object.assign({ invited_differently: invitedDifferently }, obstacles);
export const obstacleNames = Object.keys(sentences) as [keyof typeof sentences, ...(keyof typeof sentences)[]];
/** The fields of each row that a review and a request that invites share. */
export const described = {
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
/** The pending invitation of the address, if it is to another role or other teams. */
export const Pending = v.object({
  id: ID.schema("invitation"),
  /** The role that it offers. */
  role: v.picklist(roles),
  /** The ids of its teams. */
  teams: v.array(ID.schema("team")),
});
/** The result of inviting someone. */
export const Sent = v.object({
  ...described,
  /** `invited`, or why not. After `retry`, send this one again. */
  outcome: v.picklist(["invited", "changed", "retry", ...obstacleNames]),
  /** The id of the invitation, if there is one now. */
  invitation: v.optional(ID.schema("invitation")),
  pending: v.optional(Pending),
});

// Failures

export const failures = {
  messageRefused: failure(
    "limit",
    "invitation.message_not_allowed",
    "Custom messages are not available on the free plan.",
  ),
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
    refuseMessage(message, known);

    let isBegun = false;
    for (let look = 1; ; ) {
      const judgments = judge(candidates, known, actor, { src, ifPending });
      if (!known.organizationRow.growth) {
        if (!isBegun) throw Seat.failures.frozen();
        return unfinished(judgments, known);
      }
      const { people, isLast } = nextOf(judgments, known, ifPending);
      if (people.length === 0) return answer(judgments, known);
      const part = inviting(actor, people, known, shared);
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

function refuseMessage(message: string | undefined, { organizationRow }: Known): void {
  if (message && !isTrusted(organizationRow)) throw failures.messageRefused();
}

/** Returns the people of the next write, and whether nobody is left after them. */
function nextOf(judgments: readonly Judgment[], known: Known, ifPending: IfPendingName) {
  const ready = judgments.flatMap((one) => inviteeOf(one, known, ifPending) ?? []);
  const limit = ready.some(({ changes }) => changes) ? changesPerWrite : rowsPerWrite;
  return { people: ready.slice(0, limit), isLast: ready.length <= limit };
}

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

type Sending = Omit<Judgment, "label"> & { label: Judgment["label"] | "retry" };

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

/** Returns what happened to a row. */
function describeSending({ row, label }: Sending, known: Known) {
  if (label === "retry") {
    return { ...shown(row), outcome: label, message: "Too many changes at once. Send this one again." };
  }
  const invitation = Invitation.idOf(String(row.address));
  if (isDone(label) || label === "change") {
    const message = changes[label === "change" ? "changed" : label];
    return { ...shown(row), outcome: "changed" as const, message, invitation };
  }
  if (label === "sent" || label === "ready") {
    return { ...shown(row), outcome: "invited" as const, message: "Invited.", invitation };
  }
  const pending = label === "invited_differently" ? pendingOf(row, known) : {};
  return { ...shown(row), outcome: label, message: sentenceOf(label, row), ...pending };
}

/** Says which letter an address cannot have, as sign-in does. */
export function sentenceOf(obstacle: keyof typeof sentences, { email }: Judgment["row"]): string {
  const letter = obstacle === "invalid_email" ? strangeLetter(email) : undefined;
  return letter === undefined ? sentences[obstacle] : strangeText(letter);
}

export function pendingOf({ address }: Judgment["row"], { found }: Known) {
  const row = address && found.get(address);
  if (!row) return {};
  return { pending: { id: Invitation.idOf(row.pk), role: row.role, teams: [...teamsOf(row)] } };
}

export const shown = ({ email, role, name, teams }: Judgment["row"]) => ({
  email,
  ...(role && { role }),
  ...(name && { name }),
  ...(teams && { teams }),
});
