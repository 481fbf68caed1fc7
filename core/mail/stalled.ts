import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { slicesOf } from "../base/slices.ts";
import { together } from "../invitation/end.ts";
import { InvitationMailsResumed } from "../invitation/events.ts";
import * as Invitation from "../invitation/invitation.ts";
import { pageSize } from "../invitation/limits.ts";
import { readerOf, scopeOf, unitsOfMany } from "../invitation/list.ts";
import type { AddressRow, PendingRow } from "../invitation/row.ts";
import { Cursor, failures as cursorFailures, pageOf } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Budgets from "../rate/budgets.ts";
import * as Windows from "../rate/windows.ts";
import { all, equal, keyOf, lacks, type Position, update, when } from "../table/table.ts";
import * as BacklogNote from "./backlog-note.ts";
import { stalledMinutes } from "./limits.ts";
import * as MailingResend from "./mailing-resend.ts";

// Emails of single invitations that wait for so long that the queue may have given up on their message. Whether a
// message is a dead letter, only the queue knows: a second one does no harm, because each email is claimed.

/** Read units of one page: a part of the list, and for each whose email waits a row and two notes. */
const unitsOfPage = unitsOfMany + 3 * pageSize;
/** Emails of an import that waits may come before those that have stopped. */
const maxPages = 5;
/** Each has a row. */
const rowsPerWrite = 50;

// Shapes

/** Emails of invitations that may have stopped. */
export const Stalled = v.object({
  /** The number that have waited for more than 30 minutes, although nothing holds them up. */
  count: Integer,
  /** True if all invitations were looked at. If not, there may be more. */
  isComplete: v.boolean(),
});

export const Resumed = v.object({
  /** The number of emails that were queued again. */
  queued: Integer,
  /** The `cursor` of the next request. Missing when all were looked at. */
  next: v.optional(v.string()),
});

// Functions

/**
 * Returns how many emails of invitations may have stopped, on the first page that has some. Those of imports are counted
 * with their import.
 */
export const getStalled = fn(
  "mail.getStalled",
  {
    input: v.strictObject({}),
    output: Stalled,
    failures: [Windows.failures.limited],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async (_, actor, [organizationRow]) => {
    const { organization } = actor;
    const read = readerFor(organization, organizationRow);
    let start: Position | undefined;
    for (let page = 1; ; page++) {
      await Windows.takeReads(unitsOfPage, actor);
      const { items, next } = await read(start);
      const { length: count } = await stalledOf(organization, { organizationRow, items });
      if (count > 0 || next === undefined || page === maxPages) return { count, isComplete: next === undefined };
      start = next;
    }
  },
);

/** Queues emails again that may have stopped, some at a time: with the same links, and none is sent twice. */
export const resumeStalled = fn(
  "mail.resumeStalled",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: Resumed,
    failures: [cursorFailures.invalid, Windows.failures.limited, Invitation.failures.changed, Event.failures.repeated],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ cursor }, actor, [organizationRow]) => {
    const { organization } = actor;
    await Windows.takeReads(unitsOfPage, actor);
    const scope = scopeOf("mail.resumeStalled", { organization, state: "pending" });
    const { items, next } = await pageOf(scope, cursor, readerFor(organization, organizationRow));
    const stalled = await stalledOf(organization, { organizationRow, items });
    let queued = 0;
    for (const some of slicesOf(stalled, rowsPerWrite)) {
      queued += await together(some, isStalled, (rows) => [
        ...rows.map(queueing),
        InvitationMailsResumed.record(organization, { invitations: rows.map(({ pk }) => Invitation.idOf(pk)) }, actor),
      ]);
    }
    return { queued, ...(next && { next }) };
  },
);

/** Holds if it still waits for the email that was read, and nobody else has queued that since. */
function queueing(row: PendingRow) {
  // threat: an email that a worker is sending is queued again
  // threat: two who queue an email again queue it twice
  // threat: an invitation that was accepted in between is queued again
  // threat: an email of an earlier link is queued again
  const waits = all(equal("state", "pending"), equal("attempt", row.attempt), equal("mail", "queued"), asRead(row));
  return update(keyOf(row), { set: { queuedAt: instant() } }, when(waits, Invitation.failures.changed));
}

const asRead = ({ queuedAt }: AddressRow) => (queuedAt === undefined ? lacks("queuedAt") : equal("queuedAt", queuedAt));

const readerFor = (organization: ID<"organization">, organizationRow: OrganizationRow | undefined) =>
  readerOf(organization, { organizationRow, state: "pending", mail: "queued", limit: pageSize, isOldestFirst: true });

type Listed = { organizationRow: OrganizationRow | undefined; items: readonly AddressRow[] };

/** Returns those of a page of the list that may have stopped: none while something holds up the organization's emails. */
async function stalledOf(organization: ID<"organization">, { organizationRow, items }: Listed): Promise<PendingRow[]> {
  // threat: emails are queued again while those of the organization are paused
  // threat: emails of a suspended organization are queued again
  if (organizationRow?.state !== "active" || organizationRow.mailPaused) return [];
  const stalled = (await table.getMany(items.map(keyOf))).filter(isStalled);
  // threat: emails that are booked are booked again
  if (stalled.length === 0 || (await Budgets.isCrowded("invitations", organization))) return [];
  // of those that wait for the provider, a worker has the message
  const noted = stalled.map((row) => ({ kind: "invitation", mail: keyOf(row) }) as const);
  const tried = await BacklogNote.triedSince(instant(-stalledMinutes * minuteSeconds), noted);
  // threat: emails that wait for the provider are taken for given up
  return stalled.filter((_, i) => !tried[i]);
}

function isStalled(row: AddressRow | undefined): row is PendingRow {
  // threat: the emails of an import are sent beside its own message
  // threat: an invitation that has expired is queued again
  if (!Invitation.isOpen(row) || row.mail !== "queued" || MailingResend.isBulk(row)) return false;
  const { sentAt, queuedAt = "" } = row;
  // threat: the same email is queued again at once
  const since = queuedAt > sentAt ? queuedAt : sentAt;
  // threat: emails are queued again that were requested a moment ago
  return since <= instant(-stalledMinutes * minuteSeconds);
}
