import * as v from "valibot";
import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { System } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { bucket, instant, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { has } from "../table/table.ts";
import { arrive } from "./arrive.ts";
import { begin, onward } from "./begin.ts";
import { end } from "./chunk.ts";
import { chunkOf } from "./chunk-input.ts";
import { ending, failures, Id, isRunning, keyOfUpload, listed, moving, type Place } from "./import.ts";
import { importKeys } from "./keys.ts";
import type { ImportRow, StartedRow } from "./row.ts";
import { isFromForm } from "./upload-form.ts";

/** An import without progress after so many checks is given up: four hours. */
const maxStalls = 24;

// Shapes

export const Job = v.strictObject({ job: v.literal("check"), organization: ID.schema("organization"), import: Id });
export type Job = v.InferOutput<typeof Job>;

// Functions

/** Checks an import: looks for its file, lets it begin, or queues its chunk, whichever message was lost. */
export const check = fn(
  "import.check",
  { input: Job, output: v.void(), failures: [failures.changed, failures.moved, Event.failures.repeated] },
  async ({ organization, import: id }, actor) => {
    const place = { organization, id };
    const row = await table.get(importKeys.import(organization, id));
    if (!row?.rank || row.rank > `${instant()}~`) return;
    try {
      await lookAfter(place, row, actor);
    } catch (error) {
      if (!isFailure(error, failures.changed)) throw error; // it has progressed
    }
  },
);

async function lookAfter(place: Place, row: ImportRow, actor: System): Promise<void> {
  if (row.state === "waiting_for_file") return findFile(place, row, actor);
  const stalls = isRunning(row) ? row.stalls + 1 : 0;
  if (isRunning(row) && stalls > maxStalls) return giveUp(place, row, actor);
  await table.write(moving(place, row, { set: { ...listed(place), stalls } }, has("list")));
  return isRunning(row) ? onward(place, row, actor) : begin(place.organization, actor);
}

/**
 * The event of an upload may be lost; a file that was not uploaded in time never arrives, and a deleted organization
 * accepts none.
 */
async function findFile(place: Place, row: ImportRow, actor: System): Promise<void> {
  const key = keyOfUpload(place);
  const organizationRow = await table.get(organizationKeys.organization(place.organization));
  if (organizationRow?.state === "deleted") {
    return table.write(...ending(place, row, { state: "failed", reason: "frozen" }, actor));
  }
  const head = await bucket.head(key);
  // threat: the clock takes another's object for the file of a form
  if (head && isFromForm(head, row)) return arrive({ key, sequencer: "found" });
  await table.write(...ending(place, row, { state: "failed", reason: "no_file" }, actor));
}

async function giveUp(place: Place, row: StartedRow, actor: System): Promise<void> {
  const { organization, id } = place;
  const [item, organizationRow] = await table.getMany([
    importKeys.chunk(id, row.chunk),
    organizationKeys.organization(organization),
  ]);
  if (!organizationRow) return;
  if (!item) throw new Error(`The import ${id} has lost its chunk ${row.chunk}.`);
  const work = { place, row, chunk: chunkOf(item), organizationRow, member: undefined, actor };
  await end(work, { state: "failed", reason: "stalled" });
  await begin(organization, actor);
}
