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
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import { onward, runMessage } from "./begin.ts";
import { close, end, open, step, type Work } from "./chunk.ts";
import { type ChunkInput, chunkOf, load } from "./chunk-input.ts";
import { failures, type Place } from "./import.ts";

/** Others invite, cancel or work on the same chunk meanwhile: so often it is looked at anew without getting on. */
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

/** Those that tell that something has changed since it was read; nothing was written, so it is read again. */
const overtaken = [failures, Invitation.failures, Seat.failures, Event.failures].flatMap((all) =>
  Object.values(all).map(({ code }) => code),
);

// Functions

/**
 * Works through a chunk from wherever it stands to its end, and has the next one worked through. Killed anywhere it is
 * simply run again; where two run it at once, each row is told of once.
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
      // who finds the chunk done at once repeats what somebody may have died before; who was overtaken leaves it to them
      if (!work) return look === 1 ? resume(place, { pass, number, actor }) : undefined;
      if (isPastDeadline()) return queues.send("imports", [runMessage(place, { pass, chunk: number })]);
      try {
        part ??= isGone ? undefined : await load(place, work.row, work.chunk);
        work = part ? await advance(work, part) : await end(work, { state: "failed", reason: "file_changed" });
        if (!work) return onward(place, await table.get(Keys.import(organization, id)), actor);
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

/** Has done what was to come after a chunk that is done; what is done beyond that has its own message. */
async function resume(place: Place, { pass, number, actor }: Turn): Promise<void> {
  const row = await table.get(Keys.import(place.organization, place.id));
  if (row?.pass === pass && Number(row.chunk) <= number + 1) await onward(place, row, actor);
}

/** The chunk as it stands, and what working on it takes; nothing, when it is not this one's turn. */
async function read(place: Place, { pass, number, actor }: Turn): Promise<Work | undefined> {
  const { organization, id } = place;
  const [row, item] = await table.getMany([Keys.import(organization, id), Keys.chunk(id, number)]);
  if (row?.state !== "running" || row.pass !== pass || row.chunk !== number || !item) return undefined;
  const by = row.by as ID.ID<"account">;
  const [home, member] = await table.getMany([Keys.organization(organization), Keys.member(organization, by)]);
  return home && { place, row, chunk: chunkOf(item), home, member, actor };
}

/** One write: the chunk is opened, goes on, or is closed; closed there is nothing more to do with it. */
async function advance(work: Work, part: ChunkInput): Promise<Work | undefined> {
  const { chunk } = work;
  const { end: reason } = part.next;
  if (reason && reason !== "complete") return end(work, { state: "failed", reason });
  if (chunk.state === "new") return open(work, part);
  return chunk.at < chunk.to ? step(work, part) : close(work);
}

const isOvertaken = (error: unknown) => error instanceof Failure && overtaken.includes(error.code);
