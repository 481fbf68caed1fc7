import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { use } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { on } from "../kernel/reaction.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { memberKeys } from "../member/keys.ts";
import { equal, has, remove, type Step, update, when } from "../table/table.ts";
import { TeamDeleted } from "../team/events.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { closing, reportIn } from "./report.ts";
import type { ReportedRow } from "./row.ts";

// Closes the reports of what is deleted, when it can no longer be restored: nobody washes reports off by deleting a text
// and restoring it. Those who leave take their reports along.

type Organization = ID.ID<"organization">;

/** Times that a decision on reports is made again when others change them at the same moment. */
const maxAttempts = 10;
/** A text keeps 50 reports, so a page holds 1 MB at most. */
const rowsPerRead = 50;
/** Reads of one message before it queues the rest. */
const readsPerMessage = 10;

// Shapes

const account = ID.schema("account");
/** Walks through all that is reported in an organization, and closes some of it, from a position on. */
export const WalkJob = v.strictObject({
  job: v.literal("walkReports"),
  organization: ID.schema("organization"),
  /**
   * The reports to close: on a team's updates, on what somebody posted until an instant, or of a member who left then.
   */
  which: v.union([
    v.strictObject({ team: ID.schema("team") }),
    v.strictObject({ author: account, until: v.string() }),
    v.strictObject({ reporter: account, until: v.string() }),
  ]),
  start: v.optional(v.record(v.string(), v.string())),
});
export type WalkJob = v.InferOutput<typeof WalkJob>;

// Functions

export const reactions = [
  ...on(TeamDeleted, ({ team }, { owner: organization }) =>
    walk({ job: "walkReports", organization, which: { team } }),
  ),
  ...on([MemberLeft, MemberRemoved], ({ account: reporter }, { owner: organization, at: until }) =>
    walk({ job: "walkReports", organization, which: { reporter, until } }),
  ),
];

/** Goes on with a walk. It may be repeated. */
export const walkReports = fn(
  "update.walkReports",
  { input: WalkJob, output: v.void(), failures: [Event.failures.repeated] },
  (job) => walk(job),
);

/** Walks through what is reported in an organization, as far as one message goes, and queues the rest. */
export async function walk({ start, ...job }: WalkJob): Promise<void> {
  let from = start;
  for (let read = 0; read < readsPerMessage; read++) {
    // threat: all that is reported in an organization is read at once
    const query = { ...updateKeys.reportedIn(job.organization), limit: rowsPerRead, consistent: true, start: from };
    const { items, next } = await table.query(query);
    await Promise.all(items.map((row) => decide(job.organization, row, (found) => stepsFor(job, found))));
    if (!next) return;
    from = next;
  }
  // threat: reports beyond what one message reads stay
  await queues.send("work", [{ ...job, ...(from && { start: from }) } satisfies WalkJob]);
}

/** Closes reports of an update and of its comments, as many as one message does. Returns whether these were all. */
export async function closeReportsOf(organization: Organization, id: ID.ID<"update">): Promise<boolean> {
  for (let read = 0; read < readsPerMessage; read++) {
    const query = { ...updateKeys.reportedOf(organization, id), limit: rowsPerRead, consistent: true };
    const { items, next } = await table.query(query);
    await Promise.all(items.map((row) => close(organization, row)));
    if (!next) return true;
  }
  // threat: an update with very many reports is erased before they are closed
  return false;
}

/** Closes the reports of a text, however they change at the same moment. */
export async function close(organization: Organization, row: ReportedRow): Promise<void> {
  await decide(organization, row, (found) => closing(organization, found, "deleted", use().actor));
}

function stepsFor({ organization, which }: Omit<WalkJob, "start">, row: ReportedRow): Step[] | Promise<Step[]> {
  if ("reporter" in which) return taking(organization, row, which);
  return isClosed(row, which) ? closing(organization, row, "deleted", use().actor) : [];
}

/** The reports of updates end when these are erased, those of comments when their texts are gone. */
const isClosed = (
  { team, comment, author }: ReportedRow,
  which: Exclude<WalkJob["which"], { reporter: unknown }>,
): boolean =>
  "team" in which
    ? team === which.team
    : author === which.author && comment !== undefined && ID.madeAt(comment) <= which.until;

/**
 * Returns the steps that remove what somebody reported of a text before they left, who can report it again after a
 * return. What a member reports who is back by now stays.
 */
async function taking(
  organization: Organization,
  row: ReportedRow,
  { reporter, until }: { reporter: ID.ID<"account">; until: string },
): Promise<Step[]> {
  const { update: id, comment, reports } = row;
  // threat: the reports of those who left stay with their notes
  const all = [...reports].filter((text) => reportIn(text)?.account === reporter);
  if (all.length === 0) return [];
  const [key, activityKey] = [
    updateKeys.reported(organization, id, comment),
    updateKeys.activity(id, reporter, comment),
  ];
  // after the reports: a return that they follow is seen
  const [member, activity] = await table.getMany([memberKeys.member(organization, reporter), activityKey]);
  // threat: a departure that is noticed late takes what was reported after a return
  // threat: a report by a clock that is ahead stays after a departure
  const own = member ? all.filter((text) => (reportIn(text)?.at ?? "") <= until) : all;
  if (own.length === 0) return [];
  const asRead = when(equal("reports", reports), failures.reportedAgain);
  return [
    own.length === reports.size ? remove(key, asRead) : update(key, { drop: { reports: new Set(own) } }, asRead),
    // it may be erased with the update, and is not written anew
    // threat: the activity on an erased text is written anew
    ...(activity?.reportedAt === undefined
      ? []
      : [update(activityKey, { unset: ["reportedAt"] }, when(has("reportedAt"), failures.reportedAgain))]),
  ];
}

/** Others may report the text, or dismiss the reports, at the same moment: decides again with what is there then. */
async function decide(
  organization: Organization,
  row: ReportedRow,
  stepsFor: (found: ReportedRow) => Step[] | Promise<Step[]>,
): Promise<void> {
  let found: ReportedRow | undefined = row;
  for (let attempt = 1; found; attempt++) {
    const steps = await stepsFor(found);
    if (steps.length === 0) return;
    if (await writeUnless([failures.reportedAgain, failures.notReported], ...steps)) return;
    if (attempt === maxAttempts) throw implied.contended();
    found = await table.get(updateKeys.reported(organization, row.update, row.comment));
  }
}
