import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import { account, type Change, type Cohorts, nobody, openCohorts, type State, say, team } from "./cohort.testing.ts";
import { cohortOf, movesMember, nameOf } from "./cohort.ts";

let world: World;
let cohorts: Cohorts;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(() => {
  world.rebind();
  cohorts = openCohorts(world);
});

const become = (who: string, state: State) => cohorts.become(who, state);
const deliver = (changes: Change[]) => cohorts.deliver(changes);
const rowsOf = () => cohorts.rows();
const counted = () => cohorts.counted();
const expected = () => cohorts.expected();

describe("members are one cohort", () => {
  const nameIn = (state: State) => nameOf(cohortOf(cohorts.membership("Ada", state)) ?? nobody);

  test("if they have the same teams and chose the same values, no matter who chose them and when", () => {
    const own = { "features.telemetry": say(true), "sources.blocked": say(["slack"]) };
    const alike = {
      "sources.blocked": say(["slack"], { by: "x" }),
      "features.telemetry": say(true, { isLocked: true }),
    };
    expect(nameIn({ teams: ["a", "b"], own })).toBe(nameIn({ teams: ["b", "a"], own: alike }));
  });

  test("and are several if anything of it differs", () => {
    const states: State[] = [
      {},
      { teams: ["a"] },
      { teams: ["a", "b"] },
      { own: { "features.telemetry": say(true) } },
      { own: { "features.telemetry": say(false) } },
      { own: { "features.processing": say(true) } },
      { own: { "features.telemetry": say("damage") } },
      { own: { "features.telemetry": true } },
      { own: { "a.newer.release": say(1) } },
    ];
    expect(new Set(states.map(nameIn)).size).toBe(states.length);
  });

  test("and nothing but a membership is in one", () => {
    const profile = { ...accountKeys.profile(account("Ada")), teams: new Set(["x"]) };
    expect([undefined, profile, organizationKeys.organization(cohorts.organization)].map(cohortOf)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const ada = cohorts.membership("Ada");
    expect(movesMember({ before: ada, after: { ...ada, activeOn: "2026-11-25" } })).toBe(false);
  });
});

describe("a cohort", () => {
  test("counts its members through their lives, and is gone with the last", async () => {
    const own = { "features.telemetry": say(true) };
    await deliver([await become("Ada", {}), await become("Bob", {})]);
    expect(Object.values(await counted())).toEqual([2]);
    await deliver([await become("Ada", { teams: ["a"], own })]);
    const [row] = (await rowsOf()).filter(({ own: chosen }) => chosen && Object.keys(chosen).length > 0);
    expect(row).toMatchObject({ teams: [team("a")], own: { "features.telemetry": { value: true } }, members: 1 });
    await deliver([await become("Ada", undefined), await become("Bob", undefined)]);
    expect(await rowsOf()).toEqual([]);
  });

  test("counts the devices of its members, who bring them along", async () => {
    await deliver([await become("Ada", { devices: 2 }), await become("Bob", { devices: 1 })]);
    expect((await rowsOf()).map(({ devices }) => devices).filter(Boolean)).toContain(3);
    await deliver([await become("Ada", { devices: 3 }), await become("Bob", { teams: ["a"], devices: 1 })]);
    const [devices, linked] = await cohorts.devices();
    expect(devices).toEqual(linked);
    expect(new Set(Object.values(devices))).toEqual(new Set([1, 3]));
    await deliver([await become("Ada", undefined), await become("Bob", { teams: ["a"] })]);
    expect((await cohorts.devices())[0]).toEqual({});
  });

  test("counts no devices that a member had when it was read", async () => {
    await deliver([await become("Ada", { devices: 1 })]);
    const linked = await become("Ada", { devices: 2 });
    const { table, overtake } = openInterleaving(world.table);
    world.rebind({ table });
    await overtake(
      () => deliver([linked]),
      async () => deliver([await become("Ada", { devices: 1 })]),
    );
    const [devices, expectedDevices] = await cohorts.devices();
    expect(devices).toEqual(expectedDevices);
  });

  test("is written once for many members who come to it together", async () => {
    const changes: Change[] = [];
    for (let i = 0; i < 60; i++) changes.push(await become(`Member ${i}`, {}));
    await deliver(changes);
    for (const [i, { after }] of changes.entries()) {
      changes[i] = { ...(after && { before: after }), ...(await become(`Member ${i}`, { teams: ["a"] })) };
    }
    let writes = 0;
    const { table } = world;
    world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          if (steps.length > 1) writes++;
          return table.write(...steps);
        },
      },
    });
    await deliver(changes);
    expect([writes, await counted()]).toEqual([2, await expected()]);
  });

  test("is one of many that a batch of members comes to", async () => {
    const changes: Change[] = [];
    for (let i = 0; i < 40; i++) changes.push(await become(`Member ${i}`, { own: { "features.telemetry": say(i) } }));
    await deliver(changes);
    const moved: Change[] = [];
    for (let i = 0; i < 40; i++) {
      moved.push(await become(`Member ${i}`, { own: { "features.telemetry": say(-1 - i) } }));
    }
    await deliver(moved);
    const rows = await counted();
    expect(Object.keys(rows)).toHaveLength(40);
    expect(rows).toEqual(await expected());
  });

  test("is removed although the process ended before it did that", async () => {
    await deliver([await become("Ada", { teams: ["a"] })]);
    const change = await become("Ada", {});
    const { table } = world;
    const write: typeof table.write = (...steps) =>
      steps.length === 1 ? Promise.reject(new Error("The process ends.")) : table.write(...steps);
    world.rebind({ table: { ...table, write } });
    await expect(deliver([change])).rejects.toThrow("The process ends.");
    expect(Object.values(await counted())).toHaveLength(2);
    world.rebind();
    await deliver([change]);
    expect(Object.values(await counted())).toEqual([1]);
  });

  test("counts a member once although two processes have the same record", async () => {
    await deliver([await become("Ada", {})]);
    const change = await become("Ada", { teams: ["a"] });
    const { table, overtake } = openInterleaving(world.table);
    world.rebind({ table });
    await overtake(
      () => deliver([change]),
      () => deliver([change]),
    );
    expect(await counted()).toEqual(await expected());
  });

  test("counts nobody by what a membership was when it was read", async () => {
    await deliver([await become("Ada", {})]);
    const joined = await become("Ada", { teams: ["a"] });
    const { table, overtake } = openInterleaving(world.table);
    world.rebind({ table });
    await overtake(
      () => deliver([joined]),
      async () => deliver([await become("Ada", {})]),
    );
    expect(await counted()).toEqual(await expected());
  });

  test("counts nobody by choices that were replaced after they were read", async () => {
    const own = (value: boolean) => ({ own: { "features.telemetry": say(value) } });
    await deliver([await become("Ada", own(true))]);
    const changed = await become("Ada", own(false));
    const { table, overtake } = openInterleaving(world.table);
    world.rebind({ table });
    await overtake(
      () => deliver([changed]),
      async () => deliver([await become("Ada", own(true))]),
    );
    expect(await counted()).toEqual(await expected());
  });
});

test("members are counted exactly once, however the stream repeats, divides and delays its records", async () => {
  const states: State[] = [
    undefined,
    {},
    { teams: ["a"] },
    { teams: ["a", "b"] },
    { own: { "features.telemetry": say(true) } },
    { teams: ["b"], own: { "features.telemetry": say(true) } },
    { devices: 2 },
    { teams: ["a"], devices: 3 },
  ];
  const change = fc.record({ who: fc.constantFrom("Ada", "Bob", "Eve"), state: fc.constantFrom(...states) });
  const delivery = fc.record({ from: fc.nat(20), size: fc.integer({ min: 1, max: 6 }), during: fc.boolean() });
  const actions = fc.array(fc.oneof({ weight: 3, arbitrary: change }, { weight: 2, arbitrary: delivery }), {
    minLength: 2,
    maxLength: 14,
  });
  const numRuns = depth(8, 1_000);
  await fc.assert(
    fc.asyncProperty(actions, fc.integer({ min: 1, max: 5 }), fc.nat(20), async (all, size, again) => {
      cohorts = openCohorts(world);
      const records: Change[] = [];
      let pending: Promise<unknown> = Promise.resolve();
      for (const action of all) {
        if ("who" in action) {
          records.push(await become(action.who, action.state));
        } else {
          // what was delivered before may come again, also after what is newer
          const from = records.length === 0 ? 0 : action.from % records.length;
          const delivered = deliver(records.slice(from, from + action.size));
          pending = Promise.all([pending, delivered]);
          if (!action.during) await pending;
        }
      }
      await pending;
      for (let i = 0; i < records.length; i += size) await deliver(records.slice(i, i + size));
      await deliver(records.slice(again % (records.length + 1)));
      expect(await counted()).toEqual(await expected());
      const [devices, linked] = await cohorts.devices();
      expect(devices).toEqual(linked);
      const members = (await rowsOf()).filter(({ sk }) => ID.is("account", sk));
      expect(members).toHaveLength(Object.values(await expected()).reduce((sum, one) => sum + one, 0));
    }),
    { numRuns },
  );
});
