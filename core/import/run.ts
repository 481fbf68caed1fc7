import * as v from "valibot";
import { Failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { ObjectChanged } from "../bucket/error.ts";
import * as Invitation from "../invitation/invitation.ts";
import type { System } from "../kernel/actor.ts";
import { isPastDeadline } from "../kernel/context.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { onward, runMessage } from "./begin.ts";
import { close, end, open, step, type Work } from "./chunk.ts";
import { type ChunkInput, chunkOf, load } from "./chunk-input.ts";
import { failures, isRunning, type Place } from "./import.ts";
import { importKeys } from "./keys.ts";

/** Times that a chunk is read again without progress, because others invite, cancel or process it at the same time. */
const looks = 20;

// Shapes

export const Job = v.strictObject({
  job: v.literal("run"),
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  pass: v.number(),
  chunk: v.number(),
});
export type Job = v.InferOutput<typeof Job>;

// Failures

/** Failures that mean something changed since it was read. Nothing was written, so it is read again. */
const overtaken = [failures, Invitation.failures, Seat.failures, Event.failures].flatMap((all) =>
  Object.values(all).map(({ code }) => code),
);

// Functions

/**
 * Processes a chunk from its current position to its end, and queues the next one. Can be repeated after a crash; if
 * two run at once, each row still has one outcome.
 */
export const run = fn(
  "import.run",
  { input: Job, output: v.void() },
  async ({ organization, import: id, pass, chunk: number }, actor) => {
    const place = { organization, id };
    let work: Work | undefined;
    let part: ChunkInput | undefined;
    let isGone = false;
    for (let look = 1; ; look++) {
      work ??= await read(place, { pass, number, actor });
      // a worker that finds the chunk done repeats what follows, in case an earlier one crashed before it
      if (!work) return look === 1 ? resume(place, { pass, number, actor }) : undefined;
      if (isPastDeadline()) return queues.send("imports", [runMessage(place, { pass, chunk: number })]);
      try {
        part ??= isGone ? undefined : await load(id, work.row, work.chunk);
        work = part ? await advance(work, part) : await end(work, { state: "failed", reason: "file_changed" });
        if (!work) return onward(place, await table.get(importKeys.import(organization, id)), actor);
        look = 1;
      } catch (error) {
        if (error instanceof ObjectChanged) isGone = true;
        else if (!isOvertaken(error) || look === looks) throw error;
        [work, part] = [undefined, pass > 1 ? undefined : part];
      }
    }
  },
);

type Turn = { pass: number; number: number; actor: System };

/** Queues what follows a completed chunk; anything beyond that has its own message. */
async function resume(place: Place, { pass, number, actor }: Turn): Promise<void> {
  const row = await table.get(importKeys.import(place.organization, place.id));
  if (row?.pass === pass && row.chunk !== undefined && row.chunk <= number + 1) await onward(place, row, actor);
}

/** Returns the chunk and what processing it needs, or nothing if it is not this chunk's turn. */
async function read(place: Place, { pass, number, actor }: Turn): Promise<Work | undefined> {
  const { organization, id } = place;
  const [row, item] = await table.getMany([importKeys.import(organization, id), importKeys.chunk(id, number)]);
  if (!isRunning(row) || row.pass !== pass || row.chunk !== number || !item) return undefined;
  const [organizationRow, member] = await table.getMany([
    organizationKeys.organization(organization),
    memberKeys.member(organization, row.by),
  ]);
  return organizationRow && { place, row, chunk: chunkOf(item), organizationRow, member, actor };
}

/** Makes one write: the chunk is opened, advanced or closed. Once closed there is nothing more to do. */
async function advance(work: Work, part: ChunkInput): Promise<Work | undefined> {
  const { chunk } = work;
  const { end: reason } = part.next;
  if (reason && reason !== "complete") return end(work, { state: "failed", reason });
  if (chunk.state === "new") return open(work, part);
  return chunk.at < chunk.to ? step(work, part) : close(work);
}

const isOvertaken = (error: unknown) => error instanceof Failure && overtaken.includes(error.code);
