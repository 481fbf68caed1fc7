import { isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, equal, type Item, type Position, put, when } from "../table/table.ts";
import { chunkStep } from "./chunk-step.ts";
import { ImportStarted } from "./events.ts";
import { failures, isOver, listed, moving, type Place } from "./import.ts";

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
    const place = { organization, id: row.sk as ID.ID<"import"> };
    try {
      await table.write(...starting(place, row, actor));
      return await queues.send("imports", [runMessage(place, { pass: Number(row.pass), chunk: 0 })]);
    } catch (error) {
      if (isFailure(error, failures.taken)) return;
      if (!isFailure(error, failures.changed)) throw error;
    }
  }
}

/** Queues what follows a chunk, or the end of an import. Can be repeated. */
export async function onward(place: Place, row: Item | undefined, actor: Actor): Promise<void> {
  if (row?.state === "running") {
    return queues.send("imports", [runMessage(place, { pass: Number(row.pass), chunk: Number(row.chunk) })]);
  }
  if (row && isOver(row) && row.reported === undefined && row.startedAt !== undefined) {
    await queues.send("imports", [compileMessage(place, Number(row.pass))]);
  }
  await begin(place.organization, actor);
}

function starting(place: Place, row: Item, actor: Actor) {
  const [pass, by] = [Number(row.pass), row.by as ID.ID<"account">];
  const set = { state: "running", startedAt: instant(), chunk: 0, offset: 0, walked: 0, stalls: 0, ...listed(place) };
  return [
    put(Keys.importing(place.organization), { import: place.id }, when(absent, failures.taken)),
    moving(place, row, { set }),
    chunkStep(place.id, { number: 0, pass }),
    ImportStarted.record(place.organization, { import: place.id, pass, by }, actor),
  ];
}

/** Returns imports whose file has arrived, the longest waiting first. */
async function waitingIn(organization: Organization): Promise<Item[]> {
  const found: Item[] = [];
  let start: Position | undefined;
  do {
    const query = { ...Keys.imports(organization), filter: equal("state", "waiting"), consistent: true, start };
    const page = await table.query(query);
    found.push(...page.items);
    start = page.next;
  } while (start);
  return found.toSorted((one, other) => (String(one.waitsSince) < String(other.waitsSince) ? -1 : 1));
}
