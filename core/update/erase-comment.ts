import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { CommentDeleted } from "../comment/events.ts";
import { commentKeys } from "../comment/keys.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { on } from "../kernel/reaction.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { all, equal, present, update, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { updateKeys } from "./keys.ts";
import { eraseDelaySeconds, undoMinutes } from "./limits.ts";
import { close } from "./report-closing.ts";

// Erases the text of a deleted comment, and closes its reports. Its row stays, for the answers to it, until its update is
// erased.

// Shapes

/** Erases the text of a comment that was deleted. */
export const CommentJob = v.strictObject({
  /** Messages of the release before are named `closeReports`. */
  job: v.picklist(["eraseComment", "closeReports"]),
  organization: ID.schema("organization"),
  update: ID.schema("update"),
  comment: ID.schema("comment"),
});
export type CommentJob = v.InferOutput<typeof CommentJob>;

// Functions

export const reactions = on(CommentDeleted, ({ update: id, comment }, { owner }) => {
  const job = { job: "eraseComment", organization: owner, update: id, comment } satisfies CommentJob;
  return queues.send("work", [job], eraseDelaySeconds);
});

/** Erases the text of a comment, unless it was restored, or deleted again a moment ago. It may be repeated. */
export const eraseComment = fn(
  "update.eraseComment",
  { input: CommentJob, output: v.void(), failures: [Event.failures.repeated] },
  async ({ organization, update: id, comment }) => {
    const key = commentKeys.comment(id, comment);
    const [reported, row] = await table.getMany([updateKeys.reported(organization, id, comment), key]);
    // threat: an author washes off reports by deleting a comment and restoring it
    if (row && !isFinal(row.deletedAt)) return;
    if (reported) await close(organization, reported);
    if (row?.deletedAt === undefined || row.content === "") return;
    // threat: a comment that was restored and deleted again loses its text
    const asRead = when(all(present, equal("deletedAt", row.deletedAt)), failures.missing);
    // it may be erased with its update at the same moment
    // threat: the text of a deleted comment stays in the table
    await writeUnless(failures.missing, update(key, { set: { content: "" } }, asRead));
  },
);

const isFinal = (deletedAt: string | undefined): boolean =>
  // threat: a comment loses its text while it can be restored
  deletedAt !== undefined && deletedAt <= instant(-undoMinutes * minuteSeconds);
