import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { isFailure } from "../base/failure.ts";
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
import { equal, remove, update, when } from "../table/table.ts";
import { TeamDeleted } from "../team/events.ts";
import { failures } from "./failures.ts";
import { eraseDelaySeconds, undoMinutes } from "./limits.ts";
import { closing, reportIn } from "./report.ts";
import type { ReportedRow } from "./row.ts";

// Closes the reports of what is deleted, when it can no longer be restored: nobody washes reports off by deleting a text
// and restoring it. Those who leave take their reports along.

type Organization = ID.ID<"organization">;

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
  await unlessClosed(table.write(...closing(organization, row, "deleted", use().actor)));
}

async function takeAlong(organization: Organization, account: ID.ID<"account">): Promise<void> {
  for (const row of await rowsOf({ ...Keys.reportedIn(organization), consistent: true })) {
    const own = [...row.reports].filter((text) => reportIn(text)?.account === account);
    if (own.length === 0) continue;
    const { update: id, comment, reports } = row;
    const key = Keys.reported(organization, id, comment);
    const asRead = when(equal("reports", reports), (found: ReportedRow | undefined) =>
      found ? failures.reportedAgain() : failures.notReported(),
    );
    const isLast = own.length === reports.size;
    const step = isLast ? remove(key, asRead) : update(key, { drop: { reports: new Set(own) } }, asRead);
    await unlessClosed(table.write(step));
  }
}

/** Somebody may have dismissed them at the same moment. What was reported again comes with the next attempt. */
async function unlessClosed(writing: Promise<void>): Promise<void> {
  await writing.catch((error: unknown) => {
    if (!isFailure(error, failures.notReported)) throw error;
  });
}
