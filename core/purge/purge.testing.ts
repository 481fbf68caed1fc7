import { isDeepStrictEqual } from "node:util";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import type { OrganizationFixture } from "@muster/local/testing/fixtures/organization.ts";
import { fillOrganization, followLog } from "@muster/local/testing/fixtures/whole-organization.ts";
import { type BillingWorld, openBilling } from "@muster/local/testing/worlds/billing.ts";
import type { Person, World } from "@muster/local/testing/worlds/world.ts";
import type { State as StripeState } from "@muster/local-stripe/state.ts";
import { daySeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import * as Schedule from "../invitation/schedule.ts";
import { asSystem } from "../kernel/context.ts";
import * as Deletion from "../organization/deletion.ts";
import { keysTable } from "../table/schema.ts";
import type { Item } from "../table/table.ts";

type State = { [K in keyof StripeState as StripeState[K] extends Map<string, unknown> ? K : never]: StripeState[K] };

/** An organization that is due to be purged, and another one with the same people, addresses and names. */
export type PurgeFixture = {
  billing: BillingWorld;
  world: World;
  doomed: ID<"organization">;
  other: ID<"organization">;
};
export type Snapshot = Omit<PurgeFixture, "billing" | "world"> & {
  at: number;
  rows: Item[];
  objects: [string, string][];
  stripe: State;
};

/** Two that have everything: the first was deleted 30 days ago, and Stripe has been unreachable since. */
export async function takeSnapshot(): Promise<Snapshot> {
  const billing = await openBilling();
  const { world } = billing;
  const ada = await world.person("ada@example.com");
  const people = await Promise.all(["bob", "carol", "fred"].map((name) => world.person(`${name}@example.com`)));
  const ids: ID<"organization">[] = [];
  for (let n = 0; n < 2; n++) {
    const customer = await billing.createOrganization(ada);
    ids.push(customer.organization);
    await customer.buy(30, "yearly");
    await fillOrganization({ world, ada, organization: customer.organization }, people);
  }
  for (const organization of ids) {
    const as = (person: Person, run: () => unknown) => world.as(person, run, { id: organization, role: "owner" });
    await importsOf({ world, ada, organization, as } as unknown as OrganizationFixture).begin(
      "email\nivy@example.com\n",
    );
  }
  const [doomed, other] = ids as [ID<"organization">, ID<"organization">];
  await world.as(ada, () => Deletion.deleteByName({ name: "Acme" }), { id: doomed, role: "owner" });
  await followLog(world, doomed);
  world.clock.pass(8 * daySeconds);
  const until = new Date(world.clock.at).toISOString();
  await asSystem("work", () => Schedule.expire({ job: "expire", organization: doomed, until }));
  world.clock.pass(22 * daySeconds);
  const rows = await rowsIn(world);
  const objects = world.bucket.keys().map((key): [string, string] => [key, world.bucket.text(key) ?? ""]);
  const stripe = structuredClone(mapsOf(billing));
  await billing.stop();
  await world.rows.stop();
  return { doomed, other, at: world.clock.at, rows, objects, stripe };
}

/** The same again, in a deployment of its own. */
export async function openCopy(snapshot: Snapshot): Promise<PurgeFixture> {
  const { doomed, other } = snapshot;
  const billing = await openBilling();
  const place = { billing, world: billing.world, doomed, other };
  await restore(place, snapshot);
  return place;
}

/** Restores the same state, whatever happened to it: replaces the rows that differ, and removes the others. */
export async function restore(place: PurgeFixture, { rows: all, objects, at, stripe }: Snapshot): Promise<void> {
  const { world, billing } = place;
  world.rebind({ stripe: billing.port });
  for (const [name, kept] of Object.entries(structuredClone(stripe))) {
    const map = billing.server.state[name as keyof State] as Map<string, unknown>;
    map.clear();
    for (const [id, one] of kept) map.set(id, one);
  }
  const name = ({ pk, sk, table }: Item) => `${String(pk)} ${String(sk)} ${String(table)}`;
  const now = new Map((await rowsIn(world)).map((row) => [name(row), row]));
  const kept = new Set(all.map(name));
  const puts = all.filter((row) => !isDeepStrictEqual(now.get(name(row)), row));
  const removed = [...now.values()].filter((row) => !kept.has(name(row)));
  const requests = [
    ...puts.map(({ table, ...Item }) => ({ table, request: { PutRequest: { Item } } })),
    ...removed.map(({ table, pk, sk }) => ({ table, request: { DeleteRequest: { Key: { pk, sk } } } })),
  ];
  world.clock.at = at;
  for (const queue of Object.values(world.queued)) queue.length = 0;
  for (const place of [world.rows.name, keysTable(world.rows.name)]) {
    const own = requests.filter(({ table }) => (table === "keys") === (place !== world.rows.name));
    for (let i = 0; i < own.length; i += 25) {
      const some = own.slice(i, i + 25).map(({ request }) => request);
      await world.rows.client.call("BatchWriteItem", { RequestItems: { [place]: some } });
    }
  }
  for (const key of world.bucket.keys()) world.bucket.remove(key);
  for (const [key, text] of objects) world.bucket.put(key, text);
}

/** The rows of both tables. Those of data keys say so. */
export async function rowsIn({ rows }: Pick<World, "rows">): Promise<Item[]> {
  const dataKeys = await rows.scanKeys();
  return [...(await rows.scan()), ...dataKeys.map((row) => ({ ...row, table: "keys" }))];
}

/** Everything that Stripe has, each kind by its ids. */
function mapsOf({ server: { state } }: BillingWorld): State {
  return Object.fromEntries(Object.entries(state).filter(([, one]) => one instanceof Map)) as State;
}

/** The organization, and its possessions whose ids do not contain its own. */
export function namesOf({ rows, doomed }: Pick<Snapshot, "rows" | "doomed">): string[] {
  const owned = rows.filter(({ pk }) => String(pk).startsWith(doomed)).map(({ sk }) => String(sk));
  return [doomed, ...owned.filter((sk) => /^(imp|sec|team)_/.test(sk))];
}

/** Returns whether a key or an attribute of a row contains one of these names. */
export function isNamed(names: readonly string[], row: Item): boolean {
  const text = JSON.stringify(row, (_, value) => (value instanceof Set ? [...value] : value));
  return names.some((name) => text.includes(name));
}
