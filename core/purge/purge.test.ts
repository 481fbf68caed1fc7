import { isDeepStrictEqual } from "node:util";
import {
  copyOf,
  type Furnished,
  furnish,
  isNamed,
  namesOf,
  renew,
  type Snapshot,
} from "@muster/local/testing/furnished.ts";
import { mortal } from "@muster/local/testing/mortal.ts";
import { told } from "@muster/local/testing/told.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { Keys, Lists } from "../table/keys.ts";
import { type Item, put, update } from "../table/table.ts";
import * as Clock from "./due.ts";
import { list } from "./report.ts";
import * as Purge from "./run.ts";

let snapshot: Snapshot;
let theirs: Item[];
beforeAll(async () => {
  snapshot = await furnish();
  theirs = snapshot.rows.filter((row) => isNamed(namesOf(snapshot), row) || isOver(row));
}, 60_000);

const name = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;
/** What requests of a month ago were answered, whatever it was about. */
const isOver = ({ sk }: Item) => String(sk).startsWith("idem#");
const isReport = ({ pk, sk }: Item) => pk === snapshot.doomed && sk === "#purged";

const tick = () => asSystem("clock", () => Clock.due({}));

/** Does what lies on the queue like Lambda: what fails stays on it. */
async function work({ world }: Furnished): Promise<void> {
  for (let job = world.queued.imports[0]; job; job = world.queued.imports[0]) {
    await asSystem("imports", () => Purge.run(job as Purge.Job));
    world.queued.imports.shift();
  }
}

async function purge(place: Furnished): Promise<void> {
  await tick();
  await work(place);
}

const countsOf = async ({ world, doomed }: Furnished) => (await world.table.get(Keys.purged(doomed)))?.counts;

/** What is wrong after a purge: anything that names what was purged, and anything of others that is not as it was. */
async function wrong({ world, doomed }: Furnished): Promise<string[]> {
  const rows = (await world.rows.scan()).filter((row) => !isReport(row));
  const { items: listed } = await world.table.query({ list: Lists.deletedOrganizations });
  const now = new Map(rows.map((row) => [name(row), row]));
  const before = new Set(snapshot.rows.map(name));
  const gone = new Set(theirs.map(name));
  const others = snapshot.rows.filter((row) => !gone.has(name(row)));
  const keys = snapshot.objects.map(([key]) => key).filter((key) => !key.includes(doomed));
  return [
    ...[...rows, ...listed].filter((row) => isNamed(namesOf(snapshot), row)).map((row) => `left: ${name(row)}`),
    ...others.filter((row) => !isDeepStrictEqual(now.get(name(row)), row)).map((row) => `changed: ${name(row)}`),
    ...rows.filter((row) => !before.has(name(row))).map((row) => `new: ${name(row)}`),
    ...(isDeepStrictEqual(world.bucket.keys(), keys.toSorted()) ? [] : [`objects: ${world.bucket.keys().join()}`]),
  ];
}

describe("a purge", () => {
  test("leaves nothing of an organization but how much it was, and everything of another that is like it", async () => {
    const place = await copyOf(snapshot);
    const { world, doomed } = place;
    expect((await wrong(place)).length).toBeGreaterThan(60);
    await purge(place);
    expect(await wrong(place)).toEqual([]);
    const { items } = await asSystem("operator", () => list({}));
    const { counts, ...report } = items[0] ?? {};
    expect(report).toEqual({
      ...{ organization: doomed, deletedAt: "2026-11-24T09:00:00.000Z" },
      ...{ begunAt: "2026-12-24T09:00:00.000Z", purgedAt: "2026-12-24T09:00:00.000Z" },
    });
    const { objects, ...ofRows } = counts ?? {};
    expect(objects).toBe(snapshot.objects.filter(([key]) => key.includes(doomed)).length);
    // the organization's own row is not counted
    expect(Object.values(ofRows).reduce<number>((sum, one = 0) => sum + one, 0)).toBe(theirs.length - 1);
    expect(ofRows).toMatchObject({ members: 3, addresses: 8, teams: 3, settings: 2, timers: 2 });
    expect(await asSystem("operator", () => list({ organization: doomed }))).toEqual({ items });
    expect(JSON.stringify(await world.table.get(Keys.purged(doomed)))).not.toMatch(/Acme|example|acc_/);
  });

  test("is queued by the clock once it is due, and again only when nobody works on it", async () => {
    const place = await copyOf(snapshot);
    const { world, doomed } = place;
    world.clock.pass(-1);
    expect(await tick()).toEqual({ queued: 0 });
    await asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }));
    expect(await world.table.get(Keys.purging(doomed))).toBeUndefined();
    world.clock.pass(1);
    expect(await tick()).toEqual({ queued: 1 });
    await asSystem("imports", () => Purge.run(world.queued.imports.shift() as Purge.Job));
    expect(world.queued.imports).toEqual([{ job: "purge", organization: doomed }]);
    expect(await tick()).toEqual({ queued: 0 });
    world.queued.imports.length = 0;
    world.clock.pass(600);
    expect(await tick()).toEqual({ queued: 1 });
    await work(place);
    expect(await tick()).toEqual({ queued: 0 });
    expect(await wrong(place)).toEqual([]);
  });

  test("does so much at a time, and queues the rest", async () => {
    const place = await copyOf(snapshot);
    const { world, doomed } = place;
    const late = () => asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }), world.clock.at);
    await late();
    expect(world.queued.imports).toHaveLength(1);
    expect(await world.table.get(Keys.purging(doomed))).toMatchObject({ phase: "uploads", counts: {} });
    // an old one, of which more hours are looked through than one message does
    await world.table.write(update(Keys.organization(doomed), { set: { createdAt: "2026-01-01T00:00:00.000Z" } }));
    let messages = 0;
    for (let job = world.queued.imports[0]; job; job = world.queued.imports[0], messages++) {
      await asSystem("imports", () => Purge.run(job as Purge.Job));
      world.queued.imports.shift();
    }
    expect(messages).toBe(3);
    expect(await wrong(place)).toEqual([]);
  });

  test("that two work on at once counts everything once", async () => {
    const alone = await copyOf(snapshot);
    await purge(alone);
    const counts = await countsOf(alone);
    const place = await copyOf(snapshot);
    const { world, doomed } = place;
    const one = () => told(asSystem("imports", () => Purge.run({ job: "purge", organization: doomed })));
    expect(await Promise.all([one(), one(), one()])).toEqual(["done", "done", "done"]);
    await work(place);
    expect(await wrong(place)).toEqual([]);
    const { items } = await world.table.query({ list: Lists.purgedOrganizations });
    expect(items).toHaveLength(1);
    expect(await countsOf(place)).toEqual(counts);
  });

  test("goes around once more for what comes late, and for what no list showed yet", async () => {
    const place = await copyOf(snapshot);
    const { world, doomed } = place;
    await tick();
    await asSystem("imports", () => Purge.run(world.queued.imports.shift() as Purge.Job));
    await world.table.write(put(Keys.teamName(doomed, "late"), { team: "of somebody" }));
    await work(place);
    expect(await wrong(place)).toEqual([]);
  });
});

describe("a purge that is killed", () => {
  /** Calls that change something, and some of those between, which all leave the same behind. */
  async function callsOf(place: Furnished): Promise<number[]> {
    const process = mortal(place.world, Number.POSITIVE_INFINITY, "before");
    place.world.rebind(process.ports);
    await purge(place);
    place.world.rebind();
    const changes = process.changes();
    const others = Array.from({ length: changes.at(-1) ?? 0 }, (_, n) => n + 1).filter((call) => call % 29 === 0);
    return [...new Set([...changes, ...others])];
  }

  test.each(["before", "after"] as const)(
    "%s any call goes on as if it never was",
    async (moment) => {
      const place = await copyOf(snapshot);
      const { world } = place;
      const calls = await callsOf(place);
      const counts = await countsOf(place);
      const found: string[] = [];
      for (const call of calls) {
        await renew(place, snapshot);
        const process = mortal(world, call, moment);
        world.rebind(process.ports);
        await told(purge(place));
        world.rebind();
        if (!process.hasDied()) found.push(`call ${call}: nobody died`);
        world.clock.pass(600);
        await purge(place);
        const now = await countsOf(place);
        const differs = isDeepStrictEqual(now, counts) ? [] : [JSON.stringify(now)];
        found.push(...[...(await wrong(place)), ...differs].map((one) => `call ${call}: ${one}`));
      }
      expect(found).toEqual([]);
      expect(calls.length).toBeGreaterThan(25);
    },
    600_000,
  );
});
