import { isDeepStrictEqual } from "node:util";
import { plans } from "@muster/core/kernel/ports.ts";
import { type Key, keyOf, type Projection, rowName } from "@muster/core/table/table.ts";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { around, stepsOf } from "../faults/table-call.ts";
import { type BillingWorld, openAcme } from "./billing.ts";
import type { Item, TestTable } from "./table.ts";
import type { World } from "./world.ts";

type Opened = Awaited<ReturnType<typeof openAcme>>;
type Rows = ReadonlyMap<string, Item>;

/** The rows that a table had at a moment, and the keys that were written since then. */
type Notes = { rows: Rows; written: Map<string, Key> };

const rowsPerRequest = 100;
const notesOf = new WeakMap<TestTable, Notes>();

/**
 * Remembers a deployment: its rows, the time, and what waits. Returns what goes back to it, as often as it is called,
 * which takes a fraction of what it takes to fill another one. A stream has all that happened in between.
 */
export async function rememberWorld(world: World): Promise<() => Promise<void>> {
  // what is of one instant is in the order of ids, which a time that goes back does not keep
  world.clock.at += 1;
  const goBack = await moment(world);
  const queued = Object.values(world.queued).map((queue) => ({ queue, bodies: [...queue] }));
  const sent = [...world.sent];
  return async () => {
    world.rebind();
    for (const { queue, bodies } of queued) queue.splice(0, queue.length, ...bodies);
    world.sent.splice(0, world.sent.length, ...sent);
    await goBack();
  };
}

/** The same for a deployment that sells seats, with what Stripe has; nothing waits in it. */
export async function remember(billing: BillingWorld): Promise<() => Promise<void>> {
  const { world, server, inbox, receive } = billing;
  await server.webhooks.idle();
  const goBack = await moment(world);
  const ofStripe = server.remember();
  const events = [...inbox];
  const sold = plans();
  return async () => {
    await server.webhooks.idle();
    server.faults.clear();
    ofStripe();
    Object.assign(billing, { receive });
    inbox.splice(0, inbox.length, ...events);
    world.sent.length = 0;
    for (const queue of Object.values(world.queued)) queue.length = 0;
    world.rebind({ stripe: billing.port, plans: sold });
    await goBack();
  };
}

/** Returns what goes back to the rows and the time of now. */
async function moment(world: World): Promise<() => Promise<void>> {
  const notes = notesOf.get(world.rows) ?? openNotes(world.rows);
  const rows = byName(await world.rows.scan());
  const { at } = world.clock;
  const isNow = () => {
    Object.assign(notes, { rows });
    notes.written.clear();
  };
  isNow();
  return async () => {
    world.clock.at = at;
    const changes = changesTo(rows, notes);
    for (let from = 0; from < changes.length; from += rowsPerRequest) {
      await world.table.project(changes.slice(from, from + rowsPerRequest));
    }
    isNow();
  };
}

/**
 * Opens a deployment for the tests of a file, and goes back to it before each of them. What neither side may do with the
 * stand-in fails the test. Returns what goes back within a test.
 */
export function eachFrom<Opened extends { billing: BillingWorld }>(
  open: () => Promise<Opened>,
  use: (opened: Opened) => unknown,
): () => Promise<void> {
  let opened: Opened;
  let goBack: () => Promise<void>;
  const begin = async () => {
    await goBack();
    await use(opened);
  };
  beforeAll(async () => {
    opened = await open();
    // rows of one instant are in the order of their ids, which a time that goes back does not keep
    opened.billing.world.clock.pass(1);
    goBack = await remember(opened.billing);
  });
  beforeEach(async () => {
    opened.billing.server.forget();
    await begin();
  });
  afterEach(() => opened.billing.server.verify());
  afterAll(() => opened.billing.stop());
  return begin;
}

/** The same with Acme, which may have bought seats already. */
export const eachAcme = (
  use: (opened: Opened) => unknown,
  ...[seats, options]: Parameters<typeof openAcme>
): (() => Promise<void>) => eachFrom(() => openAcme(seats, options), use);

function openNotes(table: TestTable): Notes {
  const notes: Notes = { rows: new Map(), written: new Map() };
  notesOf.set(table, notes);
  around(table.client, (next) => async (operation, input) => {
    for (const { pk, sk } of stepsOf(operation, input)) {
      const key = { pk: String(pk), sk: String(sk) };
      notes.written.set(rowName(key), key);
    }
    return next(operation, input);
  });
  return notes;
}

/** Returns what makes these the rows again, without reading any: what was written, and what differs between the moments. */
function changesTo(rows: Rows, last: Notes): Projection[] {
  const keys = new Map(last.written);
  if (rows !== last.rows) {
    for (const [name, row] of [...rows, ...last.rows]) {
      if (!isDeepStrictEqual(rows.get(name), last.rows.get(name))) keys.set(name, keyOf(row));
    }
  }
  return [...keys].map(([name, key]) => {
    const row = rows.get(name);
    return row ? { put: asRow(row) } : { remove: key };
  });
}

const byName = (rows: readonly Item[]): Rows => new Map(rows.map((row) => [rowName(keyOf(row)), row]));
const asRow = (row: Item) => Object.assign(keyOf(row), row);
