import * as ID from "@muster/core/base/id.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import { type Item, type Key, keyOf, type Projection, rowName } from "@muster/core/table/table.ts";
import { around, stepsOf } from "../faults/table-call.ts";
import type { World } from "../worlds/world.ts";

const rowsPerRequest = 100;

/**
 * Has the next ids begin with their own time, not with that of an earlier test file of this process. Without it the ids
 * of what is remembered may follow those that are made after it.
 */
export function freshIds(): void {
  // 0 would be the present
  bind({ now: () => new Date(1) });
  ID.create("event");
}

/**
 * Remembers a deployment: its rows, the time, and what waits. Returns what goes back to it, as often as it is called,
 * which takes a fraction of what it takes to fill another one. A stream has all that happened in between.
 */
export async function remembered(world: World): Promise<() => Promise<void>> {
  // what is of one instant is in the order of ids, which a time that goes back does not keep
  world.clock.at += 1;
  const { at } = world.clock;
  const kept = new Map((await world.rows.scan()).map((row) => [rowName(keyOf(row)), row]));
  const written = new Map<string, Key>();
  around(world.rows.client, (next) => (operation, input) => {
    for (const { pk, sk } of stepsOf(operation, input)) {
      const key = { pk: String(pk), sk: String(sk) };
      written.set(rowName(key), key);
    }
    return next(operation, input);
  });
  const queued = Object.values(world.queued).map((queue) => ({ queue, bodies: [...queue] }));
  const sent = [...world.sent];
  return async () => {
    world.rebind();
    world.clock.at = at;
    for (const { queue, bodies } of queued) queue.splice(0, queue.length, ...bodies);
    world.sent.splice(0, world.sent.length, ...sent);
    const changes = [...written].map(([name, key]): Projection => {
      const row = kept.get(name);
      return row ? { put: asRow(row) } : { remove: key };
    });
    for (let from = 0; from < changes.length; from += rowsPerRequest) {
      await world.table.project(changes.slice(from, from + rowsPerRequest));
    }
    written.clear();
  };
}

const asRow = (row: Item) => Object.assign(keyOf(row), row);
