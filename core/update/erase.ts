import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { keyOf } from "../table/table.ts";
import { TeamDeleted } from "../team/events.ts";
import { teamKeys } from "../team/keys.ts";
import type { AuthorJob } from "./author.ts";
import { reactions as commentReactions } from "./erase-comment.ts";
import { AuthorRemoved, UpdateDeleted } from "./events.ts";
import { updateKeys } from "./keys.ts";
import { eraseDelaySeconds, undoMinutes } from "./limits.ts";
import { placeOf } from "./place.ts";
import { closeReportsOf, reactions as closingReactions } from "./report-closing.ts";

// Erases deleted updates with everything below them, and those of deleted teams.

const rowsPerRead = 500;
/** Reads of one message before it queues the rest. */
const readsPerMessage = 10;

// Shapes

const organization = ID.schema("organization");
/** Erases an update that was deleted. */
export const Job = v.strictObject({ job: v.literal("eraseUpdate"), organization, update: ID.schema("update") });
export type Job = v.InferOutput<typeof Job>;
/** Erases the updates of a deleted team. */
export const FeedJob = v.strictObject({ job: v.literal("eraseFeed"), organization, team: ID.schema("team") });
export type FeedJob = v.InferOutput<typeof FeedJob>;

// Functions

export const reactions = [
  ...on(UpdateDeleted, ({ update }, { owner }) =>
    queues.send("work", [{ job: "eraseUpdate", organization: owner, update } satisfies Job], eraseDelaySeconds),
  ),
  ...on(AuthorRemoved, async ({ account: author }, { owner, by, at }) => {
    if (by === undefined) return;
    const job = { job: "removeByAuthor", organization: owner, author, by, until: at } satisfies AuthorJob;
    await queues.send("work", [job]);
  }),
  ...on(TeamDeleted, ({ team }, { owner }) =>
    queues.send("work", [{ job: "eraseFeed", organization: owner, team } satisfies FeedJob]),
  ),
  // threat: nothing erases the text of a deleted comment
  ...commentReactions,
  ...closingReactions,
];

export const react = fn("update.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

/** Erases an update unless it was restored, or was deleted again a moment ago. It may be repeated. */
export const erase = fn("update.erase", { input: Job, output: v.void() }, async ({ update, ...job }) => {
  const text = await table.get(updateKeys.updateText(update));
  // threat: an update that was restored is erased
  if (text?.organization !== job.organization || text.deletedAt === undefined) return;
  if (text.deletedAt > instant(-undoMinutes * minuteSeconds)) return;
  // threat: the reports of an erased update stay
  const isDone = (await closeReportsOf(job.organization, update)) && (await eraseBelow(update, readsPerMessage));
  if (!isDone) return queues.send("work", [{ ...job, update } satisfies Job]);
  // the text last: it says what is to be erased
  await table.project([{ remove: updateKeys.update(placeOf(text), update) }]);
  await removeText(update);
});

/** Erases what a deleted team leaves behind in its feed. It may be repeated. */
export const eraseFeed = fn("update.eraseFeed", { input: FeedJob, output: v.void() }, async (job) => {
  const { organization: owner, team } = job;
  if (await table.get(teamKeys.team(owner, team))) return;
  for (let reads = 0; reads < readsPerMessage; reads++) {
    const { items } = await table.query({ ...updateKeys.updates(team), limit: 1, consistent: true });
    const [row] = items;
    if (!row) {
      if (await emptyPlace(team)) return;
      break;
    }
    if (!(await eraseBelow(row.sk, readsPerMessage))) break;
    // the row in the feed last: it says which updates are left
    await removeText(row.sk);
    // nobody reports an update without a text, so none is written after these
    // threat: the reports of a team that was just deleted stay
    if (!(await closeReportsOf(owner, row.sk))) break;
    await table.project([{ remove: updateKeys.update(team, row.sk) }]);
  }
  await queues.send("work", [job]);
});

/** Nobody comments on an update without a text, so what came in the meantime is found now. */
async function removeText(update: ID.ID<"update">): Promise<void> {
  await table.project([{ remove: updateKeys.updateText(update) }]);
  await eraseBelow(update, readsPerMessage);
}

/** Removes everything of an update but its text, and returns whether that was all. */
async function eraseBelow(update: ID.ID<"update">, reads: number): Promise<boolean> {
  for (let read = 0; read < reads; read++) {
    const { items } = await table.query({ ...updateKeys.ofUpdate(update), limit: rowsPerRead, consistent: true });
    const below = items.map(keyOf).filter(({ sk }) => sk !== updateKeys.updateText(update).sk);
    if (below.length === 0) return true;
    await table.project(below.map((key) => ({ remove: key })));
  }
  return false;
}

/** Its terms go with its updates, through the stream; those that were late are removed here. Returns whether all are. */
async function emptyPlace(team: ID.ID<"team">): Promise<boolean> {
  for (const partition of [updateKeys.feed(team), updateKeys.termsIn(team)]) {
    for (let read = 0; ; read++) {
      const { items } = await table.query({ ...partition, limit: rowsPerRead, consistent: true });
      if (items.length === 0) break;
      if (read === readsPerMessage) return false;
      await table.project(items.map((row) => ({ remove: keyOf(row) })));
    }
  }
  return true;
}
