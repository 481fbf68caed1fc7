import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { slicesOf } from "../base/slices.ts";
import { AddressRow } from "../invitation/row.ts";
import { fn } from "../kernel/fn.ts";
import { instant, now, table } from "../kernel/ports.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import { digestLateMs } from "../notification/limits.ts";
import { BillingMailRow, DigestRow, NotificationRow } from "../notification/row.ts";
import * as Slots from "../rate/slots.ts";
import { FlowRow } from "../session/row.ts";
import type { Item, Key } from "../table/table.ts";
import { daysBack, type Kind, keptDays, kinds } from "./backlog-note.ts";
import { mailKeys } from "./keys.ts";
import { statusCodes } from "./mailing.ts";
import { BacklogRow, MailingRow } from "./row.ts";
import { type NotLeft, notLeft } from "./shape.ts";

// What the operator sees of the emails that workers have noted.

/** Of one kind and day. */
const maxRows = 5000;
const rowsAtOnce = 1000;

// Shapes

const Some = v.object({
  count: Integer,
  /** The time since which the oldest of them waits, or the time it failed. */
  since: v.optional(v.string()),
});
type Some = v.InferOutput<typeof Some>;

export const Info = v.object({
  kinds: v.array(
    v.object({
      kind: v.picklist(kinds),
      /** Emails that wait for the provider, also if someone has paused them since. */
      queued: Some,
      /** Emails of which it is unknown whether the provider took them. */
      unconfirmed: Some,
      /** Emails that failed in the last seven days, and were not requested again. */
      failed: Some,
    }),
  ),
  /** True if all were counted. If not, there are more than these. */
  isComplete: v.boolean(),
  /** The last refusals of the provider, if the last one was within half an hour: it was down or throttled. */
  refusals: v.optional(v.object({ since: v.string(), at: v.string() })),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/**
 * Counts the emails that wait for the provider, whose result is unknown, or that failed, in the whole deployment: by kind,
 * with the age of the oldest. It looks at what was noted in the last seven days, at most 5,000 of each kind and day, and
 * reads the row of each: about one read unit for every email.
 */
export const getBacklog = fn("mail.getBacklog", { input: v.strictObject({}), output: Info }, async () => {
  const refusals = await Slots.refusals();
  const found = [];
  for (const kind of kinds) found.push(await countOf(kind));
  return {
    kinds: found.map(({ kind, numbers }) => ({ kind, ...numbers })),
    isComplete: found.every(({ isComplete }) => isComplete),
    ...(refusals && { refusals }),
  };
});

async function countOf(kind: Kind) {
  const pages = await Promise.all(
    daysBack(keptDays).map((day) => table.query({ ...mailKeys.backlogs(day, kind), limit: maxRows, consistent: true })),
  );
  const notes = latest(pages.flatMap(({ items }) => readAll(BacklogRow, items)));
  const numbers: Record<NotLeft, Some> = { queued: { count: 0 }, unconfirmed: { count: 0 }, failed: { count: 0 } };
  for (const some of slicesOf(notes, rowsAtOnce)) {
    const mails = await table.getMany(some.map(({ sk }) => mailOf(sk)));
    some.forEach((note, i) => {
      for (const [status, count] of statusesOf(kind, note, mails[i])) {
        add(numbers[status], count, sinceOf(status, note));
      }
    });
  }
  return { kind, numbers, isComplete: pages.every(({ next }) => next === undefined) };
}

/** Returns one note of each email: what was noted last. */
function latest(notes: readonly BacklogRow[]): BacklogRow[] {
  const found = new Map<string, BacklogRow>();
  for (const note of notes.toSorted((one, other) => (one.at < other.at ? -1 : 1))) {
    found.set(note.sk, Object.assign({}, found.get(note.sk), note));
  }
  return [...found.values()];
}

/** Returns the key that is the sort key of a note. */
function mailOf(sk: string): Key {
  const [pk = "", ...rest] = sk.split("|");
  return { pk, sk: rest.join("|") };
}

function add(some: Some, count: number, since: string | undefined): void {
  if (count === 0) return;
  some.count += count;
  if (since !== undefined && (some.since === undefined || since < some.since)) some.since = since;
}

const sinceOf = (status: NotLeft, { since, failedAt }: BacklogRow) =>
  status === "failed" ? (failedAt ?? since) : (since ?? failedAt);

/** Returns how many emails of a row that was noted are still in which status. */
function statusesOf(kind: Kind, note: BacklogRow, row: Item | undefined): [NotLeft, number][] {
  if (kind === "code") return statusesOfCode(note, row && read(FlowRow, row));
  if (!row) return [];
  switch (kind) {
    case "import":
      return statusesOfMailing(read(MailingRow, row));
    case "invitation":
    case "reminder":
      return statusesOfInvitation(kind, note, read(AddressRow, row));
    case "digest":
      // later than that, the next one tells what this one would have told
      return one(
        read(DigestRow, row)?.mail,
        note,
        ({ status, since }) => status !== "queued" || Date.parse(since) + digestLateMs > now().getTime(),
      );
    case "notification":
      return one(read(NotificationRow, row)?.mail, note);
    case "billing":
      return one(read(BillingMailRow, row)?.mail, note);
  }
}

/** A code has no status: it waits until it is sent or expires, and leaves nothing when it failed. */
function statusesOfCode({ failedAt }: BacklogRow, row: Read<typeof FlowRow> | undefined): [NotLeft, number][] {
  if (failedAt !== undefined) return [["failed", 1]];
  return row && row.sentAt === undefined && row.expiresAt > instant() ? [["queued", 1]] : [];
}

/** An invitation that has ended is emailed no more, and one that was requested again since is another email. */
function statusesOfInvitation(
  kind: "invitation" | "reminder",
  note: BacklogRow,
  row: Read<typeof AddressRow> | undefined,
): [NotLeft, number][] {
  if (row?.state !== "pending" || (row.expiresAt ?? "") <= instant()) return [];
  if (kind === "reminder") return one(row.reminder, note);
  // threat: an email that was requested again is counted with the age of the earlier one
  return one(row.mail, note, ({ since }) => (row.sentAt ?? "") <= since);
}

function statusesOfMailing(row: Read<typeof MailingRow> | undefined): [NotLeft, number][] {
  const { letters: text = "" } = row ?? {};
  return notLeft.map((status) => [status, text.split(statusCodes[status]).length - 1]);
}

/** Returns the status of one email, if it has not left, and the note is about it. */
function one(
  state: string | undefined,
  note: BacklogRow,
  isStill: (of: { status: NotLeft; since: string }) => boolean = () => true,
): [NotLeft, number][] {
  // threat: the operator counts emails that have left since they waited
  const status = notLeft.find((each) => each === state);
  return status && isStill({ status, since: sinceOf(status, note) ?? "" }) ? [[status, 1]] : [];
}
