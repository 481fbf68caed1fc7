import * as v from "valibot";
import { daySeconds, minuteMs } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { keptDays } from "../import/limits.ts";
import { InvitationCreated, InvitationResent } from "../invitation/events.ts";
import { isOpen } from "../invitation/invitation.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import { readData } from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { epoch, instant, now, queues, table } from "../kernel/ports.ts";
import { read } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { absent, all, any, atMost, equal, lacks, present, put, update, when } from "../table/table.ts";
import { mailKeys } from "./keys.ts";
import { beginningOf, sinceIn, stateOf, states } from "./mailing-state.ts";
import { ImportMailsRow, type MailingRow } from "./row.ts";
import { type MailStatus, mailStates, mailStatuses, notLeft } from "./shape.ts";

/**
 * A mailing is the mails of one event of an import. Its row has a code for the status of each of them, and the
 * import's row has their sums: each change of codes is counted in the write that makes it.
 */

const keptSeconds = keptDays * daySeconds;
/** Events of the provider are counted together, so long after the first one. */
const countDelaySeconds = 60;
const minMs = 10_000;
/** By then, the worker that was to count has failed. */
const forgottenMs = 3 * countDelaySeconds * 1000;

// Shapes

const Place = {
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  /** The position of its event in the organization's log. */
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
};
export const Named = v.strictObject(Place);
export type Named = v.InferOutput<typeof Named>;

/** `from` is the first of its mails that may still wait, `since` the instant from which the provider took none for sure. */
const Rest = { from: v.pipe(v.number(), v.minValue(0)), since: v.optional(v.pipe(v.string(), v.isoTimestamp())) };
export const Send = v.strictObject({ job: v.literal("send"), ...Place, ...Rest });
export type Send = v.InferOutput<typeof Send>;
export const Count = v.strictObject({ job: v.literal("count"), ...Place });

/** The emails of an import. */
export const Info = v.object({
  /**
   * Their state: `waiting` for the quota of 24 hours, `paused` also while all emails of the organization are, `stalled`
   * if for 30 minutes none has left and none was queued, although some wait.
   */
  state: v.picklist(states),
  /** Emails that were sent, whatever happened to them after that. */
  sent: Integer,
  /** Emails that are still to be sent. */
  left: Integer,
  /** Emails that were delivered. */
  delivered: Integer,
  /** Emails that bounced. */
  bounced: Integer,
  /** Emails that were reported as spam. */
  complained: Integer,
  /** Emails of which it is not confirmed whether they were sent. */
  unconfirmed: Integer,
  /** Emails that were not sent, because the address takes none or has had too many. */
  suppressed: Integer,
  /** Emails that the provider does not accept. */
  failed: Integer,
  /** Emails whose invitation ended before they were known to be sent. */
  ended: Integer,
  /** Emails per second in the last minutes. */
  rate: v.optional(v.number()),
  /** Seconds left at that rate. */
  secondsLeft: v.optional(Integer),
  /** The time the sending quota is checked again. */
  waitsUntil: v.optional(v.string()),
  /** The time since which the provider has accepted none of those that are still to be sent. */
  waitsSince: v.optional(v.string()),
  /** The time since which there are emails that are not confirmed. */
  unconfirmedSince: v.optional(v.string()),
  /** The time since which there are emails that failed. */
  failedSince: v.optional(v.string()),
  /** The time the last one was sent. */
  endedAt: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;
type Mark = NonNullable<ImportMailsRow["marks"]>[number];
type Numbers = { [S in MailStatus]?: number | undefined };

export const statusCodes: Record<MailStatus, string> = {
  queued: "q",
  unconfirmed: "u",
  sent: "s",
  delivered: "d",
  bounced: "b",
  complained: "c",
  suppressed: "x",
  failed: "f",
  ended: "e",
};

// Failures

export const failures = {
  started: failure("conflict", "mailing.started", "This mailing has already started."),
  counted: failure("conflict", "mailing.counted", "This mailing was just counted."),
  queued: failure("conflict", "mailing.recount_queued", "A recount of this mailing is already queued."),
};

// Functions

/** Updates the codes and the sums to what the rows say. */
export const count = fn("mail.count", { input: Count, output: v.void() }, async (job) => {
  await writeUnless(
    failures.queued,
    update(mailKeys.mailing(job.import, job.seq), { unset: ["recountQueuedAt"] }, when(present, failures.queued)),
  );
  await recount(job);
});

// For reactions and workers

/** Queues the mails of an import's event. Can be repeated. */
export async function begin(mailing: Named, mails: number): Promise<void> {
  const { organization, import: id, seq } = mailing;
  const row = { organization, letters: statusCodes.queued.repeat(mails), counted: 0, ttl: epoch(keptSeconds) };
  await writeUnless(
    failures.started,
    // threat: a mailing that begins twice is counted twice
    put(mailKeys.mailing(id, seq), row, when(absent, failures.started)),
    update(mailKeys.importMails(id), {
      add: { queued: mails },
      set: { organization, queuedAt: instant(), ttl: epoch(keptSeconds) },
    }),
  );
  await queues.send("bulk", [{ job: "send", organization, import: id, seq, from: 0 } satisfies Send]);
}

/** Returns the invitations of its event, in the order of its codes. */
export async function invited({ organization, import: id, seq }: Named): Promise<ID.ID<"address">[]> {
  const row = await table.get(kernelKeys.logged(organization, seq));
  const created = row?.type === InvitationCreated.type ? readData(InvitationCreated, row) : undefined;
  const resent = row?.type === InvitationResent.type ? readData(InvitationResent, row) : undefined;
  if ((created ?? resent)?.import !== id) {
    throw new Error(`The log of ${organization} has no event of ${id} at ${seq}.`);
  }
  const invitations = created?.invitations ?? (resent ? [resent.invitation] : []);
  return invitations.map((invitation) => ID.alias("address", invitation));
}

/** Counts those from `from` up to `to`, exclusive; all of them by default. */
export async function recount(mailing: Named, { from = 0, to }: { from?: number; to?: number } = {}): Promise<void> {
  const { organization, import: id, seq } = mailing;
  const addresses = (await invited(mailing)).slice(from, to);
  for (;;) {
    const [before, sums] = await table.getMany([mailKeys.mailing(id, seq), mailKeys.importMails(id)]);
    if (!before) return; // long over
    const rows = await table.getMany(addresses.map((address) => invitationKeys.addressIn(organization, address)));
    const known = before.letters;
    const codes = rows
      .map((row, i) => statusCodeOf(row, { seq, known: known[from + i] ?? statusCodes.queued }))
      .join("");
    const found = known.slice(0, from) + codes + known.slice(from + codes.length);
    if (found === known || (await change(mailing, { before, sums }, found))) return;
  }
}

/** Queues a count of a mailing because the provider sent an event; once for all events of a while. */
export async function queueRecount(mailing: Named): Promise<void> {
  const { import: id, seq } = mailing;
  const forgotten = new Date(now().getTime() - forgottenMs).toISOString();
  // the event may be about a mail whose mailing was purged
  // threat: a count that died is never made up for
  // threat: a purged mailing comes back with an event of the provider
  const isFirst = all(present, any(lacks("recountQueuedAt"), atMost("recountQueuedAt", forgotten)));
  const step = update(
    mailKeys.mailing(id, seq),
    { set: { recountQueuedAt: instant() } },
    when(isFirst, failures.queued),
  );
  const isQueued = await writeUnless(failures.queued, step);
  if (isQueued) await queues.send("bulk", [{ job: "count", ...mailing }], countDelaySeconds);
}

/** Returns whether some of its mails may still have to be sent. */
export const waits = (row: MailingRow) => /[qu]/.test(row.letters);

/** The mailing that the tags of a mail identify, and those tags. */
export const tagsOf = ({ import: id, seq }: Named) => ({ import: id, seq: String(seq) });
export function named(tags: Record<string, string>): Named | undefined {
  const found = v.safeParse(Named, { organization: tags.organization, import: tags.import, seq: Number(tags.seq) });
  return found.success ? found.output : undefined;
}

/** Summarizes the mails of an import from its row. `requested` were requested, some of which may be in no mailing yet. */
export function describe(
  stored: ImportMailsRow | undefined,
  { requested, isMore, isStopped = false }: { requested: number; isMore: boolean; isStopped?: boolean },
): Info {
  // threat: one damaged number hides the status of the mails of an import
  const row = stored && read(ImportMailsRow, stored);
  const numbers = numbersOf(row);
  const { queued, delivered, bounced, complained, unconfirmed, suppressed, failed, ended } = numbers;
  const behind = mailStatuses.reduce((sum, one) => (one === "queued" ? sum : sum + numbers[one]), 0);
  // threat: an import looks finished while mails of it are in no mailing yet
  const left = Math.max(queued, requested - behind);
  const state = stateOf(row, { left, hasAny: left + behind > 0, isMore, isStopped });
  const rate = state === "sending" ? rateOf(row) : undefined;
  return {
    state,
    sent: sentOf(row),
    left,
    delivered,
    bounced,
    complained,
    unconfirmed,
    suppressed,
    failed,
    ended,
    ...(rate !== undefined && { rate: Math.round(rate * 10) / 10 }),
    ...(rate && left > 0 && { secondsLeft: Math.round(left / rate) }),
    ...(state === "waiting" && row?.waitsUntil && { waitsUntil: row.waitsUntil }),
    ...sinceIn(row, { state, left, unconfirmed, failed }),
    ...(state === "done" && row?.leftAt && { endedAt: row.leftAt }),
  };
}

/** Counts mails by status. */
export const numbersOf = (row: Numbers | undefined) =>
  Object.fromEntries(mailStatuses.map((one) => [one, row?.[one] ?? 0])) as Record<MailStatus, number>;

const left: readonly MailStatus[] = ["sent", "delivered", "bounced", "complained"];
const sentOf = (row: Numbers | undefined) => left.reduce((sum, one) => sum + (row?.[one] ?? 0), 0);

function rateOf(row: ImportMailsRow | undefined): number | undefined {
  const [first] = row?.marks ?? [];
  const ms = first && now().getTime() - first.at;
  return ms && ms >= minMs ? (sentOf(row) - first.sent) / (ms / 1000) : undefined;
}

/** With a mark each minute, so that the rate is that of the last one or two; after a rest none of the old ones tells anything. */
function marked(row: ImportMailsRow | undefined, more: number): Mark[] {
  const [present, marks] = [now().getTime(), row?.marks ?? []];
  const age = present - (marks.at(-1)?.at ?? 0);
  if (age < minuteMs) return marks;
  return [...(age < 2 * minuteMs ? marks.slice(-1) : []), { at: present, sent: sentOf(row) + more }];
}

/**
 * Returns the code of a mail's status. What has left has left, even if another mail is requested; what failed is
 * requested again with this mailing.
 */
function statusCodeOf(row: AddressRow | undefined, { seq, known }: { seq: number; known: string }): string {
  const mailStatus = mailStatusOf(row);
  // threat: a mail with a status of a newer release shifts the statuses of all after it
  const codes = mailStatus ? statusCodes[mailStatus] : known;
  if (codes !== statusCodes.queued || known === statusCodes.queued) return codes;
  const isAgain = row?.line !== undefined && row.mailing === seq;
  // threat: an import's emails that are requested again show as failed until they leave
  // threat: a sent mail is shown as waiting forever, because another was requested
  return isAgain && (known === statusCodes.unconfirmed || known === statusCodes.failed) ? codes : known;
}

function mailStatusOf(row: AddressRow | undefined): MailStatus | undefined {
  if (!row || (!isOpen(row) && notLeft.some((one) => one === row.mail))) return "ended";
  return mailStates.find((mailState) => mailState === row.mail);
}

/** Returns false if somebody else has counted since `before` was read. */
async function change(
  { import: id, seq }: Named,
  { before, sums }: { before: MailingRow; sums: ImportMailsRow | undefined },
  found: string,
): Promise<boolean> {
  const { letters: known, counted } = before;
  const sum: Partial<Record<MailStatus, number>> = {};
  for (const mailStatus of mailStatuses) {
    const times = (text: string) => text.split(statusCodes[mailStatus]).length;
    const by = times(found) - times(known);
    if (by !== 0) sum[mailStatus] = by;
  }
  const queued = sum.queued ?? 0;
  const isLeaving = queued < 0;
  const at = isLeaving ? { leftAt: instant() } : queued > 0 && { queuedAt: instant() };
  const set = { marks: marked(sums, sentOf(sum)), ...at, ...beginningOf(sums, sum) };
  const sumsChange = { add: sum, set, ...(isLeaving && { unset: ["waitsUntil", "waitsSince"] as const }) };
  // threat: mails are counted twice
  const unchanged = when(equal("counted", counted), failures.counted);
  const changed = Object.keys(sum).length > 0 ? [update(mailKeys.importMails(id), sumsChange)] : [];
  return writeUnless(
    failures.counted,
    update(mailKeys.mailing(id, seq), { set: { letters: found, counted: counted + 1 } }, unchanged),
    ...changed,
  );
}
