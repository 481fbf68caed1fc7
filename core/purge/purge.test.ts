import { isDeepStrictEqual } from "node:util";
import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { keyKinds, patternOf } from "@muster/local/testing/key-kinds.ts";
import { isDeep, seed, seededRandom } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { BillingWorld } from "@muster/local/testing/worlds/billing.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Close from "../billing/close.ts";
import * as Dirty from "../billing/dirty.ts";
import { deviceKeys } from "../device/keys.ts";
import { domainKeys } from "../domain/keys.ts";
import { asSystem } from "../kernel/context.ts";
import type { Fault } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, type Key, put, type Table, update } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import * as Clock from "./due.ts";
import { purgeKeys } from "./keys.ts";
import {
  isNamed,
  namesOf,
  openCopy,
  type PurgeFixture,
  restore,
  rowsIn,
  type Snapshot,
  takeSnapshot,
} from "./purge.testing.ts";
import { list } from "./report.ts";
import * as Purge from "./run.ts";

/** At how many calls a purge is crashed; the deep run tries all of them. */
const crashesTried = 2;

let snapshot: Snapshot;
let names: string[];
let theirs: Item[];
let copy: PurgeFixture;
afterAll(() => copy.billing.stop());
/** Opens the deployment of the file, as it was remembered. */
async function open(): Promise<PurgeFixture> {
  await restore(copy, snapshot);
  return copy;
}
beforeAll(async () => {
  snapshot = await takeSnapshot();
  copy = await openCopy(snapshot);
  names = namesOf(snapshot);
  theirs = snapshot.rows.filter((row) => isNamed(names, row) || isOver(row));
});

const name = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;
/** Stored answers of requests of a month ago, about anything. */
const isOver = ({ sk }: Item) => String(sk).startsWith("idem#");
const isReport = ({ pk, sk }: Item) => pk === snapshot.doomed && sk === "#purged";

const tick = () => asSystem("clock", () => Clock.due({}));

/** Processes the queues like Lambda: a failed message stays on them. Returns how many purge messages there were. */
async function work({ world: { queued } }: PurgeFixture): Promise<number> {
  for (let messages = 0; ; ) {
    const [[purge], [close]] = [queued.imports, queued.work] as [Purge.Job[], Close.Job[]];
    if (close) {
      await asSystem("work", () => Close.close({ organization: close.organization }));
      queued.work.shift();
    } else if (purge) {
      await asSystem("imports", () => Purge.run(purge));
      queued.imports.shift();
      messages++;
    } else return messages;
  }
}
const once = ({ doomed: organization }: PurgeFixture) =>
  asSystem("imports", () => Purge.run({ job: "purge", organization }));

async function purge(place: PurgeFixture): Promise<void> {
  await tick();
  await work(place);
}

const countsOf = async ({ world, doomed }: PurgeFixture) => (await world.table.get(purgeKeys.purged(doomed)))?.counts;

/** Returns what is wrong after a purge: any remaining name of what was purged, and any change to others. */
async function wrong({ world, doomed, billing }: PurgeFixture): Promise<string[]> {
  const rows = (await rowsIn(world)).filter((row) => !isReport(row));
  const { items: listed } = await world.table.query({ list: organizationKeys.deletedOrganizations });
  const now = new Map(rows.map((row) => [name(row), row]));
  const before = new Set(snapshot.rows.map(name));
  const gone = new Set(theirs.map(name));
  const others = snapshot.rows.filter((row) => !gone.has(name(row)));
  const keys = snapshot.objects.map(([key]) => key).filter((key) => !key.includes(doomed));
  return [
    ...[...rows, ...listed].filter((row) => isNamed(names, row)).map((row) => `left: ${name(row)}`),
    ...others.filter((row) => !isDeepStrictEqual(now.get(name(row)), row)).map((row) => `changed: ${name(row)}`),
    ...rows.filter((row) => !before.has(name(row))).map((row) => `new: ${name(row)}`),
    ...wrongAtStripe(billing),
    ...(isDeepStrictEqual(world.bucket.keys(), keys.toSorted()) ? [] : [`objects: ${world.bucket.keys().join()}`]),
  ];
}

/** A customer who is still there or pays, and any change to others. */
function wrongAtStripe({ server: { state } }: BillingWorld): string[] {
  const { doomed, stripe } = snapshot;
  const isTheirs = (one: { metadata?: Record<string, string> | null }) => one.metadata?.organizationId === doomed;
  const kinds = [state.customers, state.subscriptions] as const;
  const before = [stripe.customers, stripe.subscriptions] as const;
  return [
    ...[...state.customers.values()].filter(isTheirs).map(({ id }) => `left at Stripe: ${id}`),
    ...[...state.subscriptions.values()]
      .filter((one) => isTheirs(one) && one.status !== "canceled")
      .map(({ id }) => `pays: ${id}`),
    ...before.flatMap((kept, n) =>
      [...kept.values()]
        .filter((one) => !isTheirs(one) && !isDeepStrictEqual(kinds[n]?.get(one.id), one))
        .map(({ id }) => `changed at Stripe: ${id}`),
    ),
  ];
}

test("the claim of a domain stays that another organization has made in between", async () => {
  const place = await open();
  const { world, doomed } = place;
  const [{ sk: domain } = { sk: undefined }] = (await world.table.query(domainKeys.domains(doomed))).items;
  if (!domain) throw new Error("It has no domain.");
  const [key, other] = [domainKeys.domainClaim(domain), ID.create("organization")];
  const good = world.table;
  const getMany = (async (keys: readonly Key[]) => {
    const rows = await good.getMany(keys);
    const isAsked = keys.some(({ pk, sk }) => pk === key.pk && sk === key.sk);
    if (isAsked) await good.write(put(key, { organization: other, mode: "off", role: "read" }));
    return rows;
  }) as Table["getMany"];
  await good.write(put(key, { organization: doomed, mode: "off", role: "read" }));
  await tick();
  world.rebind({ table: { ...good, getMany } });
  expect(await resultOf(work(place))).toBe("domain.changed");
  world.rebind({ table: good });
  await work(place);
  expect(await good.get(key)).toMatchObject({ organization: other });
  expect(await good.get(domainKeys.domain(doomed, domain))).toBeUndefined();
});

test("a row of a device that names no account is purged like others", async () => {
  const place = await open();
  const at = new Date(place.world.clock.at).toISOString();
  const damaged = deviceKeys.endedDevice(place.doomed, ID.create("device"));
  await place.world.table.write(update(damaged, { set: { contactAt: at, wipedAt: at } }));
  await purge(place);
  expect(await wrong(place)).toEqual([]);
});

/** The kinds of rows that are not purged with an organization, each with its reason. All others are. */
const kept: Record<string, string> = {
  claim: "of an account",
  suppression: "of an address, for every sender",
  trial: "of an address, for every organization of its person",
  profile: "of an account",
  session: "of an account",
  passkey: "of an account",
  usedChallenge: "of nobody, for minutes",
  digest: "of an account",
  digestDue: "of an account",
  inbox: "of an account",
  purging: "kept by the purge itself",
  purged: "left by the purge itself",
  operatorSettings: "of the deployment",
  catalog: "of the deployment",
  deviceCode: "of a device that somebody links, for ten minutes",
  userCode: "of a device that somebody links, for ten minutes",
  flow: "of an address that signs in",
  publicRequest: "of a network, which is hashed, for a day",
  limit: "a counter; the counted party is hashed",
  waits: "instants; the device is hashed",
  sendTokens: "of the deployment",
  slowness: "of the deployment",
  backlog: "it expires weeks before the purge, and names a row by its key",
  mailBudget: "of the deployment",
  mailOutcomes: "it expires, and names nobody",
  report: "of a sweep, for the operator; it has only the id of an organization",
  differences: "of a sweep, for the operator; it has only the id of an organization",
  watermark: "of the deployment",
  heartbeat: "of the deployment",
  breaker: "of the deployment",
};

describe("what is purged here", () => {
  const rows = keyKinds.filter(({ of }) => of === "row");
  const write = "Write a row of this kind in local/testing/fixtures/whole-organization.ts";
  const find = "if it is outside of its organization's partition, find it in core/purge/find.ts, too";
  const patterns = rows.filter((kind) => !(kind.name in kept)).map((kind) => [kind.name, patternOf(kind)] as const);

  test("includes a row of every kind", () => {
    const gone = Object.keys(kept).filter((kind) => !rows.some(({ name }) => name === kind));
    expect(gone, "No keys.ts has a row of this kind: remove it from `kept` in core/purge/purge.test.ts.").toEqual([]);
    const without = patterns.filter(([, pattern]) => !theirs.some((row) => pattern.test(name(row))));
    const kinds = without.map(([kind]) => kind);
    expect(kinds, `${write}; ${find}. If it stays, say why in kept of this test.`).toEqual([]);
  });

  test("includes no kind that is missing from the keys of a noun", () => {
    const strange = theirs.filter((row) => patterns.filter(([, pattern]) => pattern.test(name(row))).length !== 1);
    expect(strange.map(name), "Exactly one key in a core/<noun>/keys.ts must have this pattern.").toEqual([]);
  });
});

describe("a purge", () => {
  test("leaves nothing of an organization but the counts, and everything of another one like it", async () => {
    const place = await open();
    const { world, doomed } = place;
    expect((await wrong(place)).length).toBeGreaterThan(60);
    await purge(place);
    expect(await wrong(place)).toEqual([]);
    const { items } = await asSystem("operator", () => list({}));
    const { counts, ...report } = items[0] ?? {};
    expect(report).toEqual({
      organization: doomed,
      deletedAt: "2026-11-24T09:00:00.000Z",
      begunAt: "2026-12-24T09:00:00.000Z",
      purgedAt: "2026-12-24T09:00:00.000Z",
    });
    const { objects, ...ofRows } = counts ?? {};
    expect(objects).toBe(snapshot.objects.filter(([key]) => key.includes(doomed)).length);
    // the organization's own row is not counted, nor what closing its payment removes: #billing and a marker
    const closed = 2;
    expect(Object.values(ofRows).reduce<number>((sum, one = 0) => sum + one, 0)).toBe(theirs.length - 1 - closed);
    expect(ofRows).toMatchObject({ members: 3, addresses: 8, teams: 4, settings: 13, timers: 2 });
    expect(await asSystem("operator", () => list({ organization: doomed }))).toEqual({ items });
    expect(JSON.stringify(await world.table.get(purgeKeys.purged(doomed)))).not.toMatch(/Acme|example|acc_/);
  });

  test("counts all versions of an object, also if a page of the bucket ends among them", async () => {
    const place = await open();
    const { world, doomed } = place;
    const prefix = `imports/${doomed}/`;
    const single = Array.from({ length: 999 }, (_, n) => ({
      key: `${prefix}${String(n).padStart(4, "0")}`,
      version: "1",
    }));
    let kept = [...single, ...["3", "2", "1"].map((version) => ({ key: `${prefix}often.csv`, version }))];
    const { bucketObjects } = world.bucket.ports;
    world.rebind({
      bucketObjects: {
        ...bucketObjects,
        versions: async (under, most) =>
          under === prefix
            ? { versions: kept.slice(0, most), hasMore: kept.length > most }
            : bucketObjects.versions(under, most),
        erase: async (versions) => {
          const gone = new Set(versions.map((one) => `${one.key} ${one.version}`));
          kept = kept.filter((one) => !gone.has(`${one.key} ${one.version}`));
          await bucketObjects.erase(versions);
        },
      },
    });
    await purge(place);
    const others = snapshot.objects.filter(([key]) => key.includes(doomed) && !key.startsWith(prefix)).length;
    const { items } = await asSystem("operator", () => list({}));
    expect([kept, items[0]?.counts?.objects]).toEqual([[], others + 1_002]);
  });

  test("deletes the data keys before anything else, so that nothing can be read that it has not deleted yet", async () => {
    const place = await open();
    const { world, doomed } = place;
    const removed: string[] = [];
    const write: typeof world.table.write = async (...steps) => {
      removed.push(...steps.flatMap((step) => (step.do === "remove" ? [name(step.key)] : [])));
      await world.table.write(...steps);
    };
    world.rebind({ table: { ...world.table, write }, stripe: place.billing.port });
    await purge(place);
    const ofBilling = (one: string) => /#billing$|^dirty#/.test(one);
    const dataKeys = theirs.filter(({ table }) => table === "keys").map(name);
    expect(dataKeys).toHaveLength(3);
    expect(
      removed
        .filter((one) => !ofBilling(one))
        .slice(0, 3)
        .toSorted(),
    ).toEqual(dataKeys.toSorted());
    const others = await world.rows.scanKeys();
    expect(others.filter(({ pk }) => pk === doomed)).toEqual([]);
    expect(others).toHaveLength(3);
  });

  test("is queued by the clock once it is due, and again only if nobody is running it", async () => {
    const place = await open();
    const { world, doomed } = place;
    world.clock.pass(-1);
    expect(await tick()).toEqual({ queued: 0 });
    await asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }));
    expect(await world.table.get(purgeKeys.purging(doomed))).toBeUndefined();
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

  test("does a limited amount at a time, and queues the rest", async () => {
    const place = await open();
    const { world, doomed } = place;
    const late = () => asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }), world.clock.at);
    await late();
    expect(world.queued.imports).toHaveLength(1);
    expect(await world.table.get(purgeKeys.purging(doomed))).toMatchObject({ phase: "dataKeys", counts: {} });
    // an old one, with more hours to search than one message does
    await world.table.write(
      update(organizationKeys.organization(doomed), { set: { createdAt: "2026-01-01T00:00:00.000Z" } }),
    );
    expect(await work(place)).toBe(3);
    expect(await wrong(place)).toEqual([]);
  });

  test("that two processes run at once counts everything once", async () => {
    const place = await open();
    await purge(place);
    const counts = await countsOf(place);
    await restore(place, snapshot);
    const { world, doomed } = place;
    const one = () => resultOf(asSystem("imports", () => Purge.run({ job: "purge", organization: doomed })));
    expect(await Promise.all([one(), one(), one()])).toEqual(["done", "done", "done"]);
    await work(place);
    expect(await wrong(place)).toEqual([]);
    const { items } = await world.table.query({ list: purgeKeys.purgedOrganizations });
    expect(items).toHaveLength(1);
    expect(await countsOf(place)).toEqual(counts);
  });

  test("that another one overtook writes nothing based on what it read", async () => {
    const place = await open();
    await purge(place);
    const counts = await countsOf(place);
    await restore(place, snapshot);
    const { world, doomed } = place;
    const interleaving = openInterleaving(world.table);
    const run = () => asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }));
    await asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }), world.clock.at);
    await asSystem("work", () => Close.close({ organization: doomed }));
    world.rebind({ table: interleaving.table });
    await interleaving.overtake(run, run);
    world.rebind();
    await work(place);
    expect(await wrong(place)).toEqual([]);
    expect(await countsOf(place)).toEqual(counts);
  });

  test("that a newer release began in a way of its own is left to that release, and reported without a value", async () => {
    const place = await open();
    const { world, doomed } = place;
    await asSystem("imports", () => Purge.run({ job: "purge", organization: doomed }), world.clock.at);
    world.queued.imports.length = 0;
    await world.table.write(update(raw(purgeKeys.purging(doomed)), { set: { phase: "webhooks" } }));
    const before = await world.rows.scan();
    const faults: Fault[] = [];
    world.rebind({ stripe: place.billing.port, faults: { report: (fault) => faults.push(fault) } });
    expect(await resultOf(once(place))).toBe("done");
    expect(world.queued.imports).toEqual([]);
    expect(await world.rows.scan()).toEqual(before);
    expect(faults).toEqual([{ pk: doomed, sk: "#purging", attribute: "phase" }]);
  });

  test("runs another round for rows that arrive late, or that lists did not show yet", async () => {
    const place = await open();
    const { world, doomed } = place;
    await once(place);
    await asSystem("work", () => Close.close({ organization: doomed }));
    await once(place);
    await world.table.write(
      put(teamKeys.teamName(doomed, "late"), { team: ID.create("team"), name: "late" }),
      Dirty.mark(doomed),
    );
    await work(place);
    expect(await wrong(place)).toEqual([]);
  });
});

describe("a purge that crashes", () => {
  let calls: number[];
  let counts: Awaited<ReturnType<typeof countsOf>>;
  beforeAll(async () => {
    const place = await open();
    calls = await callsOf(place);
    counts = await countsOf(place);
  });

  /** Calls that change something, and some of those between, which all leave the same state. */
  async function callsOf(place: PurgeFixture): Promise<number[]> {
    const process = crashAt(place.world, Number.POSITIVE_INFINITY, "before", place.billing.port);
    place.world.rebind(process.ports);
    await purge(place);
    place.world.rebind({ stripe: place.billing.port });
    const changes = process.changes();
    const others = Array.from({ length: changes.at(-1) ?? 0 }, (_, n) => n + 1).filter((call) => call % 29 === 0);
    return [...new Set([...changes, ...others])];
  }

  test.each(["before", "after"] as const)("%s some call continues as if it never had", async (moment) => {
    const place = await open();
    const { world, billing } = place;
    const random = seededRandom(moment === "before" ? seed : seed + 1);
    const tried = isDeep ? calls : shuffled(calls, random).slice(0, crashesTried);
    const found: string[] = [];
    for (const call of tried) {
      await restore(place, snapshot);
      const process = crashAt(world, call, moment, billing.port);
      world.rebind(process.ports);
      await resultOf(purge(place));
      world.rebind({ stripe: billing.port });
      if (!process.hasCrashed()) found.push(`call ${call}: nothing crashed`);
      world.clock.pass(600);
      await purge(place);
      const now = await countsOf(place);
      const differs = isDeepStrictEqual(now, counts) ? [] : [JSON.stringify(now)];
      found.push(...[...(await wrong(place)), ...differs].map((one) => `call ${call}: ${one}`));
    }
    expect(found).toEqual([]);
    expect(calls.length).toBeGreaterThan(25);
  });
});

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
