import * as v from "valibot";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import * as Windows from "../rate/windows.ts";
import { all, check, lacks, present, when } from "../table/table.ts";
import { failures as updateFailures } from "../update/failures.ts";
import { updateKeys } from "../update/keys.ts";
import { requireVisible } from "../update/place.ts";
import { Reporting, writeReport } from "../update/report.ts";
import { failures } from "./failures.ts";
import { commentKeys } from "./keys.ts";

/** Reports a comment to owners and admins, once. */
export const report = fn(
  "comment.report",
  {
    input: v.strictObject({ update: ID.schema("update"), comment: ID.schema("comment"), ...Reporting }),
    output: v.void(),
    failures: [
      updateFailures.missing,
      failures.missing,
      updateFailures.reported,
      Windows.failures.limited,
      Event.failures.repeated,
    ],
    reads: ({ update, comment }, { organization }) => [
      updateKeys.updateText(update),
      commentKeys.comment(update, comment),
      updateKeys.reported(organization, update, comment),
    ],
  },
  async ({ update, comment, ...said }, actor, [text, found, reported]) => {
    const { team } = await requireVisible(actor, text);
    if (!found || found.deletedAt !== undefined) throw failures.missing();
    // threat: a comment is reported that was deleted a moment ago
    const isThere = check(
      commentKeys.comment(update, comment),
      when(all(present, lacks("deletedAt")), failures.missing),
    );
    await writeReport(actor, { update, comment, team, author: found.author }, said, reported, [isThere]);
  },
);
