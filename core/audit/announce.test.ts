import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import { AccountUpdated } from "../account/events.ts";
import * as ID from "../base/id.ts";
import type { System } from "../kernel/actor.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { OrganizationCreated } from "../organization/events.ts";
import type { Owner } from "../table/key-text.ts";
import { remove, type Step, type Table } from "../table/table.ts";
import { announce } from "./announce.ts";
import * as Audit from "./audit.ts";
import { auditKeys } from "./keys.ts";
import { sweep } from "./sweep.ts";

const actor: System = { type: "system", job: "test" };
const acme = ID.derive("organization", "acme");
const follow = (owner: Owner = acme) => asSystem("follow", () => Audit.follow({ owner }));
const clock = () => asSystem("clock", () => sweep({}));

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const found = () => world.table.write(organizationPut(acme));

/** Writes so many events and moves them to the log. */
async function happen(count: number) {
  for (let n = 0; n < count; n++) {
    await world.table.write(OrganizationCreated.record(acme, { name: `Event ${n}` }, actor));
  }
  await follow();
}

async function logged(owner: Owner = acme): Promise<Audit.Announcement[]> {
  const { items } = await world.table.query({ ...kernelKeys.log(owner), to: "9" });
  return items.flatMap((item) => Audit.announcement(item) ?? []);
}

const announceAll = (events: Audit.Announcement[], silent: Audit.Announcement[] = []) =>
  asSystem("follow", () => announce({ events, silent }));
const announced = async (owner: Owner = acme) => (await world.table.get(auditKeys.stats(owner)))?.announced;
const queued = () => new Set((world.queued.work as Audit.Announcement[]).map(({ seq }) => seq));
/** Positions up to which everything counts as announced although it never was. */
const forgotten = async () =>
  Array.from({ length: (await announced()) ?? 0 }, (_, n) => n + 1).filter((seq) => !queued().has(seq));
/** A queue that cannot be reached. */
const unreachable = {
  send: async () => {
    throw new Error("No queue.");
  },
};

describe("the watermark of announcements", () => {
  test("rises over positions without a gap, in any order within a batch, and never falls", async () => {
    await happen(6);
    const [one, two, three, four, five, six] = (await logged()) as [Audit.Announcement, ...Audit.Announcement[]];
    await announceAll([one]);
    expect(await announced()).toBe(1);
    await announceAll([four, two, three, two].flatMap((event) => event ?? []));
    expect(await announced()).toBe(4);
    await announceAll([one]);
    expect(await announced()).toBe(4);
    await announceAll(
      [],
      [six, five].flatMap((event) => event ?? []),
    );
    expect(await announced()).toBe(6);
    expect(queued()).toEqual(new Set([1, 2, 3, 4]));
  });

  test("stops before an event that was never announced", async () => {
    await happen(4);
    const all = await logged();
    await announceAll(all.slice(0, 2));
    await announceAll(all.slice(3));
    expect(await announced()).toBe(2);
  });

  test("does not rise if the queue cannot be reached", async () => {
    await happen(1);
    world.rebind({ queues: unreachable });
    expect(await resultOf(announceAll(await logged()))).toContain("No queue.");
    expect(await announced()).toBeUndefined();
  });

  test("is missing for a log that has lost its head", async () => {
    await happen(1);
    const all = await logged();
    await world.table.write(remove(auditKeys.stats(acme)));
    await announceAll(all);
    expect(await world.table.get(auditKeys.stats(acme))).toBeUndefined();
  });
});

describe("announcements that are cut off, repeated, swapped and lost", () => {
  /** Loses a third of all batches, and repeats a third. Returns what would be forgotten forever. */
  async function muddle(seed: number, table: (good: Table) => Table = (good) => good) {
    world = await openWorld();
    await found();
    await happen(40);
    world.rebind({ table: table(world.table) });
    const random = seededRandom(seed);
    const all = await logged();
    const batches: Audit.Announcement[][] = [];
    while (all.length > 0) batches.push(all.splice(0, 1 + Math.floor(random() * 4)));
    const late = batches
      .map((batch, n) => ({ batch, at: n + random() * 3 }))
      .toSorted((one, other) => one.at - other.at);
    const wrong: unknown[] = [];
    for (const { batch } of late) {
      const times = Math.floor(random() * 3);
      for (let n = 0; n < times; n++) await announceAll(batch);
      wrong.push(...(await forgotten()));
    }
    world.clock.pass(600);
    await clock();
    return [...wrong, ...(await forgotten()), ...((await announced()) === 40 ? [] : ["not all is announced"])];
  }

  test("are complete once the sweep has run", async () => {
    for (const seed of [1, 2, 3, 4]) {
      expect(await muddle(seed)).toEqual([]);
      expect(queued().size).toBe(40);
    }
  });

  test("would be incomplete if an announcement proved the earlier ones", async () => {
    const isNote = (step: Step) => step.do === "update" && step.change.set?.announced !== undefined;
    expect(await muddle(1, (good) => unguarded(good, isNote))).not.toEqual([]);
  });
});

describe("the sweep", () => {
  test("announces what a lost record should have, once it is ten minutes old", async () => {
    await found();
    await happen(2);
    world.clock.pass(599);
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 0 });
    world.clock.pass(1);
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 2 });
    expect(world.queued.work).toEqual(await logged());
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 0 });
    expect(world.queued.work).toHaveLength(2);
  });

  test("leaves announced events alone", async () => {
    await found();
    await happen(3);
    await announceAll(await logged());
    world.clock.pass(600);
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 0 });
  });

  test("includes recent events, so that a log that grows all the time catches up", async () => {
    await found();
    await happen(1);
    world.clock.pass(600);
    await happen(1);
    expect((await clock()).announced).toBe(2);
    await happen(1);
    await announceAll((await logged()).slice(2));
    expect(await announced()).toBe(3);
  });

  test("reports a queue that it cannot reach, and runs again", async () => {
    await found();
    await happen(1);
    world.clock.pass(600);
    world.rebind({ queues: unreachable });
    expect(await resultOf(clock())).toContain("1 logs could not be brought up to date.");
    world.rebind();
    await resultOf(clock());
    expect(queued()).toEqual(new Set([1]));
  });
});

describe("an account", () => {
  const list = async () => (await world.table.query({ list: kernelKeys.accountsBehind })).items.map(({ pk }) => pk);
  const person = async () => {
    const ada = await world.person("ada@example.com");
    await world.as(ada, () => Account.edit({ locale: "pt-BR" }));
    return ada.account;
  };

  test("with waiting events is found without a full scan, and brought up to date", async () => {
    const ada = await person();
    expect(await list()).toEqual([`${ada}#out`]);
    world.clock.pass(599);
    expect(await clock()).toMatchObject({ checked: 0 });
    world.clock.pass(1);
    expect(await clock()).toEqual({ checked: 1, moved: 1, announced: 0 });
    expect(await Audit.verify(ada)).toEqual([]);
    expect(await list()).toEqual([ada]);
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 1 });
    expect(world.queued.work).toEqual(await logged(ada));
    await clock();
    expect(await list()).toEqual([]);
  });

  test("leaves the list once everything was announced, and returns with the next event", async () => {
    const ada = await person();
    await follow(ada);
    await announceAll([], await logged(ada));
    world.clock.pass(600);
    expect(await clock()).toEqual({ checked: 1, moved: 0, announced: 0 });
    expect([await list(), world.queued.work]).toEqual([[], []]);
    await person();
    expect(await list()).toEqual([]);
  });

  test("stays in the list if new events arrive at the same time", async () => {
    const ada = await person();
    await follow(ada);
    await announceAll([], await logged(ada));
    world.clock.pass(600);
    const step = AccountUpdated.record(ada, { locale: { from: "en", to: "de" } }, actor);
    const late: Table = {
      ...world.table,
      getMany: async (keys, options) => {
        const rows = await world.table.getMany(keys, options);
        await world.table.write(step);
        await follow(ada);
        return rows;
      },
    };
    world.rebind({ table: late });
    await clock();
    expect(await list()).toContain(ada);
  });

  test("has nothing of the list in its log", async () => {
    const ada = await person();
    await follow(ada);
    const row = await world.table.get(kernelKeys.logged(ada, 1));
    expect(Object.keys(row ?? {})).not.toContain("list");
  });
});
