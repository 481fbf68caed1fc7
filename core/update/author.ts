import * as v from "valibot";
import * as ID from "../base/id.ts";
import { commentKeys } from "../comment/keys.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { absent, all, check, equal, lacks, present, type Step, update, when } from "../table/table.ts";
import { deleting } from "./deletion.ts";
import { AuthorRemoved } from "./events.ts";
import { failures } from "./failures.ts";
import { eraseDelaySeconds } from "./limits.ts";
import { placeOf } from "./place.ts";
import { type WalkJob, walk } from "./report-closing.ts";
import type { UpdateRow } from "./row.ts";
import { placeAfter, updatesAfter } from "./walk.ts";

// Deletes all that a former member wrote. A job walks through all updates, because comments are found by their update.

const updatesPerRead = 25;
const commentsPerRead = 200;
/** Reads of one message before it queues the rest. */
const readsPerMessage = 8;

// Shapes

const organization = ID.schema("organization");
const account = ID.schema("account");

/** Deletes what a former member wrote until an instant, from a position on. */
export const AuthorJob = v.strictObject({
  job: v.literal("removeByAuthor"),
  organization,
  author: account,
  by: account,
  until: v.string(),
  position: v.optional(
    v.strictObject({ team: v.optional(ID.schema("team")), update: v.optional(ID.schema("update")) }),
  ),
});
export type AuthorJob = v.InferOutput<typeof AuthorJob>;

// Functions

/**
 * Deletes all updates and comments of a former member, in this organization and in its teams. It takes a while where there
 * are many. Updates can be restored one by one for 10 minutes, as others; the texts of comments are gone.
 */
export const removeByAuthor = fn(
  "update.removeByAuthor",
  {
    input: v.strictObject({ account }),
    output: v.void(),
    failures: [failures.stillMember, Event.failures.repeated],
  },
  async ({ account: author }, actor) => {
    const isFormer = when(absent, failures.stillMember);
    await table.write(
      // threat: updates of a member are deleted all at once
      check(memberKeys.member(actor.organization, author), isFormer),
      AuthorRemoved.record(actor.organization, { account: author }, actor),
      ...remember(),
    );
  },
);

/** Goes on with the job. It may be repeated. */
export const continueRemoval = fn(
  "update.continueRemoval",
  { input: AuthorJob, output: v.void() },
  async ({ position: start = {}, ...job }) => {
    let position = start as Parameters<typeof updatesAfter>[1];
    for (let read = 0; read < readsPerMessage; read++) {
      const { rows, next } = await updatesAfter(job.organization, position, updatesPerRead);
      // also below deleted updates, which may be restored
      await Promise.all(rows.map((row) => removeComments(row, job)));
      await Promise.all(rows.filter((row) => isOwn(row, job)).map((row) => removeUpdate(row, job)));
      const following = next ?? (await placeAfter(job.organization, position));
      if (!following) return walk(reportsOf(job));
      position = following;
    }
    await queues.send("work", [{ ...job, position } satisfies AuthorJob]);
  },
);

const isOwn = ({ sk, author }: UpdateRow, job: AuthorJob) => author === job.author && ID.madeAt(sk) <= job.until;

const reportsOf = ({ organization, author, until }: AuthorJob): WalkJob => ({
  job: "walkReports",
  organization,
  which: { author, until },
});

/**
 * Deletes an update like one that was deleted by itself, so that the same job erases it. That is queued for deleted
 * ones too, after a crash.
 */
async function removeUpdate(row: UpdateRow, { by, organization: owner }: AuthorJob): Promise<void> {
  await unlessDeleted(...deleting(row.sk, placeOf(row), by));
  await queues.send("work", [{ job: "eraseUpdate", organization: owner, update: row.sk }], eraseDelaySeconds);
}

async function removeComments({ sk: parent }: UpdateRow, { author, by, until }: AuthorJob): Promise<void> {
  const query = { ...commentKeys.comments(parent), limit: commentsPerRead, filter: equal("author", author) };
  // threat: comments of a former member stay, where there are many
  for await (const items of pagesOf(query)) {
    // threat: the texts of a former member since their return are deleted
    const own = items.filter((row) => row.deletedAt === undefined && ID.madeAt(row.sk) <= until);
    const set = { deletedAt: instant(), deletedBy: by, content: "" };
    const isThere = when(all(present, lacks("deletedAt")), failures.missing);
    await Promise.all(own.map(({ sk }) => unlessDeleted(update(commentKeys.comment(parent, sk), { set }, isThere))));
  }
}

/** Somebody else may have deleted it at the same moment. */
const unlessDeleted = (...steps: Step[]) => writeUnless(failures.missing, ...steps);
