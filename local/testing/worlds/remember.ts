import { isDeepStrictEqual } from "node:util";
import { keyOf, type Projection, rowName } from "@muster/core/table/table.ts";
import type { BillingWorld } from "./billing.ts";
import type { Item } from "./table.ts";

/**
 * Remembers a deployment that sells seats: its rows, what Stripe has, the time, and what waits. Returns what goes back to
 * it, as often as it is called, which takes a fraction of what it takes to buy again.
 */
export async function remember({ world, server, inbox }: BillingWorld): Promise<() => Promise<void>> {
  await server.webhooks.settled();
  const kept = byName(await world.rows.scan());
  const ofStripe = server.remember();
  const { at } = world.clock;
  const events = [...inbox];
  return async () => {
    await server.webhooks.settled();
    server.faults.clear();
    ofStripe();
    world.clock.at = at;
    inbox.splice(0, inbox.length, ...events);
    for (const queue of Object.values(world.queued)) queue.length = 0;
    const now = byName(await world.rows.scan());
    const changes: Projection[] = [
      ...[...kept]
        .filter(([name, row]) => !isDeepStrictEqual(row, now.get(name)))
        .map(([, row]) => ({ put: asRow(row) })),
      ...[...now].filter(([name]) => !kept.has(name)).map(([, row]) => ({ remove: keyOf(row) })),
    ];
    if (changes.length > 0) await world.table.project(changes);
  };
}

const byName = (rows: readonly Item[]) => new Map(rows.map((row) => [rowName(keyOf(row)), row]));
const asRow = (row: Item) => Object.assign(keyOf(row), row);
