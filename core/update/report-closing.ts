import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { implied, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { CommentDeleted } from "../comment/events.ts";
import { use } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { on } from "../kernel/reaction.ts";
import { rowsOf } from "../kernel/rows.ts";
import { MemberLeft, MemberRemoved } from "../member/events.ts";
import { Keys } from "../table/keys.ts";
import { equal, has, remove, type Step, update, when } from "../table/table.ts";
import { TeamDeleted } from "../team/events.ts";
import { failures } from "./failures.ts";
import { eraseDelaySeconds, undoMinutes } from "./limits.ts";
import { closing, reportIn } from "./report.ts";
import type { ReportedRow } from "./row.ts";

// Closes the reports of what is deleted, when it can no longer be restored: nobody washes reports off by deleting a text
// and restoring it. Those who leave take their reports along.

type Organization = ID.ID<"organization">;

/** How often is decided again what happens to reports that others change at the same moment. */
const maxAttempts = 10;

// Shapes

/** Closes the reports of a comment that was deleted. */
export const ReportsJob = v.strictObject({
  job: v.literal("closeReports"),
  organization: ID.schema("organization"),
  update: ID.schema("update"),
  comment: ID.schema("comment"),
});
export type ReportsJob = v.InferOutput<typeof ReportsJob>;

// Functions

export const reactions = [
  ...on(CommentDeleted, async ({ update: id, comment }, { owner }) => {
    if (!(await table.get(Keys.reported(owner, id, comment)))) return;
    const job = { job: "closeReports", organization: owner, update: id, comment } satisfies ReportsJob;
    await queues.send("work", [job], eraseDelaySeconds);
  }),
  ...on(TeamDeleted, ({ team }, { owner }) => closeWhere(owner, (row) => row.team === team)),
  ...on([MemberLeft, MemberRemoved], ({ account }, { owner }) => takeAlong(owner, account)),
];

/** Closes the reports of a comment, unless it was restored, or deleted again a moment ago. It may be repeated. */
export const closeReports = fn(
  "update.closeReports",
  { input: ReportsJob, output: v.void(), failures: [Event.failures.repeated] },
  async ({ organization, update: id, comment }) => {
    const [row, found] = await table.getMany([Keys.reported(organization, id, comment), Keys.comment(id, comment)]);
    const deletedAt = found?.deletedAt ?? "";
    const isGone = !found || (deletedAt !== "" && deletedAt <= instant(-undoMinutes * minuteSeconds));
    if (row && isGone) await close(organization, row);
  },
);

/** Closes the reports of an update and of its comments. */
export async function closeReportsOf(organization: Organization, id: ID.ID<"update">): Promise<void> {
  const rows = await rowsOf({ ...Keys.reportedOf(organization, id), consistent: true });
  await Promise.all(rows.map((row) => close(organization, row)));
}

/** Closes the reports of some texts of an organization: all of what is reported is read. */
export async function closeWhere(organization: Organization, which: (row: ReportedRow) => boolean): Promise<void> {
  const rows = await rowsOf({ ...Keys.reportedIn(organization), consistent: true });
  await Promise.all(rows.filter(which).map((row) => close(organization, row)));
}

async function close(organization: Organization, row: ReportedRow): Promise<void> {
  await decide(organization, row, (found) => closing(organization, found, "deleted", use().actor));
}

async function takeAlong(organization: Organization, account: ID.ID<"account">): Promise<void> {
  const rows = await rowsOf({ ...Keys.reportedIn(organization), consistent: true });
  for (const row of rows) await decide(organization, row, (found) => taking(organization, found, account));
}

/** Returns the steps that remove what somebody reported of a text, who can report it again after a return. */
async function taking(organization: Organization, row: ReportedRow, account: ID.ID<"account">): Promise<Step[]> {
  const { update: id, comment, reports } = row;
  const own = [...reports].filter((text) => reportIn(text)?.account === account);
  if (own.length === 0) return [];
  const [key, activityKey] = [Keys.reported(organization, id, comment), Keys.activity(id, account, comment)];
  const activity = await table.get(activityKey);
  const asRead = when(equal("reports", reports), failures.reportedAgain);
  return [
    own.length === reports.size ? remove(key, asRead) : update(key, { drop: { reports: new Set(own) } }, asRead),
    // it may be erased with the update, and is not written anew
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
    try {
      return await table.write(...steps);
    } catch (error) {
      if (!isFailure(error, failures.reportedAgain) && !isFailure(error, failures.notReported)) throw error;
      if (attempt === maxAttempts) throw implied.contended();
      found = await table.get(Keys.reported(organization, row.update, row.comment));
    }
  }
}
