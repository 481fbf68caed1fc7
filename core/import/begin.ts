import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { absent, equal, put, when } from "../table/table.ts";
import { chunkStep } from "./chunk-step.ts";
import { ImportStarted } from "./events.ts";
import { failures, hasStarted, isOver, isRunning, isWaiting, listed, moving, type Place } from "./import.ts";
import { importKeys } from "./keys.ts";
import type { ImportRow, WaitingRow } from "./row.ts";

type Organization = ID.ID<"organization">;

/** A message on the queue of imports: one chunk of one pass to process. Its state is in the chunk's row. */
export const runMessage = ({ organization, id }: Place, { pass, chunk }: { pass: number; chunk: number }) => ({
  job: "run",
  organization,
  import: id,
  pass,
  chunk,
});
export const compileMessage = ({ organization, id }: Place, pass: number) => ({
  job: "compile",
  organization,
  import: id,
  pass,
});

/**
 * Starts the longest-waiting import, unless another one of the organization runs. An import starts waiting before it
 * calls this, and a running one ends before it looks for waiting ones: one of the two always sees the other.
 */
export async function begin(organization: Organization, actor: Actor): Promise<void> {
  for (const row of await waitingIn(organization)) {
    const place = { organization, id: row.sk };
    try {
      await table.write(...starting(place, row, actor));
      return await queues.send("imports", [runMessage(place, { pass: row.pass, chunk: 0 })]);
    } catch (error) {
      if (isFailure(error, failures.taken)) return;
      if (!isFailure(error, failures.changed)) throw error;
    }
  }
}

/** Queues what follows a chunk, or the end of an import. Can be repeated. */
export async function onward(place: Place, row: ImportRow | undefined, actor: Actor): Promise<void> {
  if (isRunning(row)) return queues.send("imports", [runMessage(place, row)]);
  if (row && isOver(row) && row.reported === undefined && hasStarted(row)) {
    await queues.send("imports", [compileMessage(place, row.pass)]);
  }
  await begin(place.organization, actor);
}

function starting(place: Place, row: WaitingRow, actor: Actor) {
  const { pass, by } = row;
  const start = { startedAt: instant(), chunk: 0, offset: 0, walked: 0, stalls: 0 };
  const set = { state: "running" as const, ...start, ...listed(place) };
  return [
    // threat: imports of one organization run at once
    put(importKeys.importing(place.organization), { import: place.id }, when(absent, failures.taken)),
    moving(place, row, { set }),
    chunkStep(place.id, { number: 0, pass }),
    ImportStarted.record(place.organization, { import: place.id, pass, by }, actor),
  ];
}

/** Returns imports whose file has arrived, the longest waiting first. */
async function waitingIn(organization: Organization): Promise<WaitingRow[]> {
  const query = { ...importKeys.imports(organization), filter: equal("state", "waiting"), consistent: true };
  const found = (await rowsOf(query)).filter(isWaiting);
  return found.toSorted((one, other) => (one.waitsSince < other.waitsSince ? -1 : 1));
}
