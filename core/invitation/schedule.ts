import * as v from "valibot";
import { dayMs, hourMs, hourSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { isPastDeadline } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { queryAll } from "../kernel/merged-query.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { all, equal, keyOf, lacks, update, when } from "../table/table.ts";
import { end } from "./end.ts";
import * as Invitation from "./invitation.ts";
import { listsIn, readListsIn } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import {
  minDays,
  minRemindedAgeHours,
  minRemindedDays,
  remindBeforeHours,
  rowsPerWrite,
  writesPerMessage,
} from "./limits.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import { RevokeSent, revokeSent } from "./sender.ts";

/** Hours that are processed in parallel before progress is saved: fewer than the clock has time for. */
const hoursPerStride = 24;
/** The time before the first run that it looks back to; the shortest invitation lasts a day. */
const firstLookMs = 2 * minDays * dayMs;
const remindBeforeMs = remindBeforeHours * hourMs;
const rowsPerRead = 100;

// Shapes

const Organization = ID.schema("organization");
const Start = v.optional(v.record(v.string(), v.string()));

const Expire = v.strictObject({ job: v.literal("expire"), organization: Organization, until: v.string() });
const Remind = v.strictObject({
  job: v.literal("remind"),
  organization: Organization,
  after: v.string(),
  until: v.string(),
  start: Start,
});
/** A job on the pending invitations of one organization, as a queue message. */
export const Job = v.variant("job", [Expire, Remind, RevokeSent]);
export type Job = v.InferOutput<typeof Job>;

// Failures

export const failures = {
  reminded: failure("conflict", "invitation.reminded", "This invitation changed or already has a reminder."),
};
const refusals = [...Object.values(Invitation.failures), Seat.failures.organizationMissing, Event.failures.repeated];

// Functions

/**
 * Finds the organizations with invitations that expire or are about to since the last run, and queues a job for each.
 * Advances in strides and saves its progress, so that no expiration is skipped after an outage and the rest waits for
 * the next run. Can be repeated. Nobody is reminded of an invitation that has ended.
 */
export const due = fn(
  "invitation.due",
  { input: v.strictObject({}), output: v.object({ queued: v.number() }) },
  async () => {
    const mark = kernelKeys.watermark("invitation.due");
    const now = Date.parse(instant());
    const kept = await table.get(mark);
    // threat: a clock that stood still passes over what ended in that time
    let after = kept?.at ? Date.parse(kept.at) : now - firstLookMs;
    let queued = 0;
    while (after < now) {
      const until = Math.min(now, after - (after % hourMs) + hoursPerStride * hourMs);
      const ahead = { from: Math.max(now, after + remindBeforeMs), to: until + remindBeforeMs };
      const counts = await Promise.all([
        ...hoursIn({ from: after, to: until }).map(queueExpiries),
        ...hoursIn(ahead).map(queueReminders),
      ]);
      queued += counts.reduce((sum, count) => sum + count, 0);
      await table.write(update(mark, { set: { at: iso(until) } }));
      after = until;
      if (isPastDeadline()) break;
    }
    return { queued };
  },
);

/** Ends expired invitations of one organization, and gives the seats back. */
export const expire = fn(
  "invitation.expire",
  { input: Expire, output: v.object({ expired: v.number() }), failures: refusals },
  async (job, actor) => {
    const { organization, until } = job;
    const lists = await readListsIn(organization);
    const range = { from: "p#", to: `p#${until}~`, limit: rowsPerWrite };
    let expired = 0;
    for (let writes = 0; writes < writesPerMessage; writes++) {
      const { items, next } = await queryAll(lists, range);
      // a list does not have all that the event says
      // threat: an import does not say that its invitations have expired
      const rows = (await table.getMany(items.map(keyOf))).filter(Invitation.isPending).filter(isExpired);
      expired += await end(organization, rows, { state: "expired", actor, isStill: isExpired });
      if (!next) return { expired };
    }
    // threat: of many that expired the last are forgotten
    await queue([job]);
    return { expired };
  },
);

/** Queues a reminder for each invitation of one organization that is about to expire, once for each. */
export const remind = fn(
  "invitation.remind",
  { input: Remind, output: v.object({ reminded: v.number() }) },
  async (job) => {
    const { organization, after, until, start } = job;
    const organizationRow = await table.get(organizationKeys.organization(organization));
    if (organizationRow?.state === "deleted") return { reminded: 0 };
    const range = { from: `p#${after}`, to: `p#${until}~`, limit: rowsPerRead };
    const { items, next } = await queryAll(listsIn(organization, organizationRow), { ...range, start });
    const rows = (await table.getMany(items.map(keyOf))).filter(wantsReminder);
    const marked = await Promise.all(rows.map(markReminded));
    const mails = rows.filter((_, i) => marked[i]).map(reminderOf);
    if (mails.length > 0) await queues.send("mail", mails);
    if (next) await queue([{ ...job, start: next }]);
    return { reminded: mails.length };
  },
);

const isExpired = (row: AddressRow) => !Invitation.isOpen(row);

// For handlers

/** Runs a job of any kind. */
export function work(job: Job): Promise<unknown> {
  switch (job.job) {
    case "expire":
      return expire(job);
    case "remind":
      return remind(job);
    case "revokeSent":
      return revokeSent(job);
  }
}

function wantsReminder(row: AddressRow | undefined): row is PendingRow {
  if (!Invitation.isOpen(row)) return false;
  const arrives = !["bounced", "complained", "suppressed", "failed"].includes(row.mail);
  const isNew = row.reminder === undefined || row.reminder === "queued";
  const lasts = row.lifetimeDays >= minRemindedDays;
  // threat: an invitation of two days is reminded of at once
  // threat: a reminder goes to somebody who was invited again a moment ago
  // threat: an address that bounced is mailed a reminder
  return isNew && arrives && lasts && row.sentAt <= instant(-minRemindedAgeHours * hourSeconds);
}

/** Marked before it is queued: a later run that finds the mark queues it again, and the mailer sends it once. */
async function markReminded(row: PendingRow): Promise<boolean> {
  if (row.reminder === "queued") return true;
  // threat: two workers remind of one invitation, and each has it sent
  // threat: a new invitation counts as reminded of
  const unchanged = all(equal("state", "pending"), equal("attempt", row.attempt), lacks("reminder"));
  const step = update(keyOf(row), { set: { reminder: "queued" } }, when(unchanged, failures.reminded));
  return writeUnless(failures.reminded, step);
}

const reminderOf = ({ sk: organization, pk: address, attempt }: PendingRow) => ({
  kind: "reminder",
  organization,
  address,
  attempt,
});

type Span = { from: number; to: number };

/** Returns the hours of a time span. */
function hoursIn({ from, to }: Span): Span[] {
  const hours: Span[] = [];
  for (let at = from; at < to; ) {
    const next = Math.min(to, at - (at % hourMs) + hourMs);
    hours.push({ from: at, to: next });
    at = next;
  }
  return hours;
}

function queueExpiries({ from, to }: Span): Promise<number> {
  return queueEach(from, (organization) => ({ job: "expire", organization, until: iso(to) }));
}

function queueReminders({ from, to }: Span): Promise<number> {
  return queueEach(from, (organization) => ({ job: "remind", organization, after: iso(from), until: iso(to) }));
}

/** Queues a job for each organization with an invitation that expires in the hour of this instant. */
async function queueEach(instantMs: number, jobFor: (organization: ID.ID<"organization">) => Job): Promise<number> {
  const hour = iso(instantMs).slice(0, 13);
  let queued = 0;
  for await (const items of pagesOf({ ...invitationKeys.dueIn(hour), consistent: true })) {
    const organizations = items.map(({ sk }) => sk.split("#")[0] as ID.ID<"organization">);
    queued += await queue(organizations.map(jobFor));
  }
  return queued;
}

async function queue(jobs: readonly Job[]): Promise<number> {
  if (jobs.length > 0) await queues.send("work", jobs);
  return jobs.length;
}

const iso = (instantMs: number) => new Date(instantMs).toISOString();
