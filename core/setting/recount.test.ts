import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, keyOf, put, type Table } from "../table/table.ts";
import { account, type Change, type Cohorts, nobody, openCohorts, type State, say } from "./cohort.testing.ts";
import { nameOf } from "./cohort.ts";
import { settingKeys } from "./keys.ts";
import { recount } from "./recount.ts";

type Damage = (cohorts: Cohorts) => Promise<void>;

let world: World;
let cohorts: Cohorts;
beforeAll(async () => {
  world = await openWorld();
});
beforeEach(async () => {
  world.rebind();
  await open();
});

const own = { "features.telemetry": say(true) };
const states: State[] = [undefined, {}, { teams: ["a"] }, { teams: ["a", "b"] }, { own }, { teams: ["b"], own }];

async function open() {
  cohorts = openCohorts(world);
  await world.table.write(organizationPut(cohorts.organization));
}

const deletion = () => organizationPut(cohorts.organization, { state: "deleted" });
const write = (row: Item) => world.table.write(put(keyOf(row), row));
const erase = (row: Item) => world.table.project([{ remove: raw(keyOf(row)) }]);
const run = () => asSystem("operator", () => recount({ organization: cohorts.organization }));
const rowsOf = async (prefix: "coh#" | "acc_") =>
  (await cohorts.rows()).filter(({ sk }) => String(sk).startsWith(prefix));

async function expectRight() {
  const expected = await cohorts.expected();
  expect(await cohorts.counted()).toEqual(expected);
  expect(await rowsOf("acc_")).toHaveLength(Object.values(expected).reduce((sum, one) => sum + one, 0));
}

/** Changes one of the rows of this kind. */
const damage =
  (prefix: "coh#" | "acc_", change: (row: Item) => Item | undefined, which = 0): Damage =>
  async () => {
    const rows = await rowsOf(prefix);
    const row = rows[which % Math.max(1, rows.length)];
    if (!row) return;
    const changed = change(row);
    await (changed ? write({ ...row, ...changed }) : erase(row));
  };

const stranger: Damage = async ({ organization }) =>
  world.table.write(
    put(settingKeys.counted(organization, account("Mallory")), { cohort: nameOf({ teams: [], own: {} }) }),
  );
const empty: Damage = async ({ organization }) =>
  world.table.write(put(settingKeys.cohort(organization, "nobody"), { teams: [], own: {}, members: 3 }));

const damages: [string, Damage][] = [
  ["is too high", damage("coh#", ({ members }) => ({ members: (Number(members) || 0) + 2 }))],
  ["is too low", damage("coh#", ({ members }) => ({ members: (Number(members) || 0) - 1 }))],
  ["is below zero", damage("coh#", () => ({ members: -4 }))],
  ["is no number", damage("coh#", () => ({ members: "many" }))],
  ["is missing", damage("coh#", () => undefined)],
  ["is of other teams than the name says", damage("coh#", () => ({ teams: [ID.derive("team", "other")] }))],
  ["is of a cohort that nobody is in", empty],
  ["lacks a member who is counted nowhere", damage("acc_", () => undefined)],
  ["has a member of another cohort", damage("acc_", () => ({ cohort: nameOf(nobody) }))],
  ["has a member whose place cannot be read", damage("acc_", () => ({ cohort: 7 }))],
  ["has a member whose place is empty", damage("acc_", (row) => ({ ...row, cohort: undefined }))],
  ["has somebody who is no member", stranger],
];

describe("a recount", () => {
  beforeEach(async () => {
    const changes = [];
    for (const [i, state] of [...states, ...states].entries()) {
      if (state) changes.push(await cohorts.become(`Member ${i}`, state));
    }
    await cohorts.deliver(changes);
  });

  test.each(damages)("corrects a number that %s, and finds nothing afterwards", async (_, harm) => {
    await harm(cohorts);
    const { moved, corrected, changing } = await run();
    expect(moved + corrected.length).toBeGreaterThan(0);
    expect(changing).toBe(0);
    await expectRight();
    expect(await run()).toEqual({ members: 10, moved: 0, corrected: [], changing: 0 });
  });

  test("says what it corrected", async () => {
    const [row] = (await rowsOf("coh#")).filter(({ sk }) => sk === `coh#${nameOf(nobody)}`);
    await write({ ...row, members: 9 });
    await stranger(cohorts);
    expect(await run()).toMatchObject({ moved: 1, corrected: [{ teams: 0, choices: 0, from: 8, to: 2 }] });
  });

  test("writes no number that is older than what happened since it counted", async () => {
    const key = settingKeys.cohort(cohorts.organization, nameOf(nobody));
    await write({ ...(await world.table.get(raw(key))), ...key, members: 9 });
    const { table, overtake } = openInterleaving(world.table);
    world.rebind({ table });
    const [{ corrected }] = await overtake(
      run,
      async () => cohorts.deliver([await cohorts.become("Ada", {})]),
      (steps) => steps.some((step) => step.do === "put" && step.key.sk === key.sk),
    );
    expect(corrected).toEqual([{ teams: 0, choices: 0, from: 10, to: 3 }]);
    await expectRight();
  });

  test("goes on where one before it was stopped", async () => {
    for (const [, harm] of damages) await harm(cohorts);
    const { table } = world;
    let calls = 0;
    let stopsAt = 1;
    const counting: typeof table.write = (...steps) =>
      ++calls === stopsAt ? Promise.reject(new Error("The process ends.")) : table.write(...steps);
    world.rebind({ table: { ...table, write: counting } });
    for (let isDone = false; !isDone; stopsAt++) {
      calls = 0;
      isDone = (await resultOf(run())) === "done";
    }
    expect(stopsAt).toBeGreaterThan(2);
    await expectRight();
  });

  test("of a deleted organization, or one that there never was, is refused", async () => {
    await world.table.write(deletion());
    await expect(run()).rejects.toThrow("Organization not found.");
    await erase(organizationKeys.organization(cohorts.organization));
    await expect(run()).rejects.toThrow("Organization not found.");
  });

  test("leaves nothing in an organization that was deleted after it began", async () => {
    await damage("coh#", () => undefined)(cohorts);
    acting([undefined, async () => world.table.write(deletion())]);
    await expect(run()).rejects.toThrow("Organization not found.");
  });

  test("says that numbers changed all the time, and writes none of them", async () => {
    await damage("coh#", ({ members }) => ({ members: (Number(members) || 0) + 2 }))(cohorts);
    const before = await cohorts.counted();
    acting(
      Array.from({ length: 60 }, (_, i) => async () => {
        for (const [name, state] of states.entries()) {
          const teams = i % 2 === 0 ? ["a"] : [];
          if (state) await cohorts.deliver([await cohorts.become(`Guest ${name}`, { ...state, teams })]);
        }
      }),
    );
    const { changing } = await run();
    expect(changing).toBeGreaterThan(0);
    world.rebind();
    expect((await run()).changing).toBe(0);
    await expectRight();
    expect(await cohorts.counted()).not.toEqual(before);
  });
});

/** Lets one of these happen after each call of the table, until all have. */
function acting(actions: readonly ((() => Promise<unknown>) | undefined)[]) {
  const { table } = world;
  const left = [...actions];
  let isActing = false;
  const during =
    <A extends unknown[], R>(call: (...input: A) => Promise<R>) =>
    async (...input: A): Promise<R> => {
      const result = await call(...input);
      const action = isActing ? undefined : left.shift();
      if (action) {
        isActing = true;
        await action().finally(() => {
          isActing = false;
        });
      }
      return result;
    };
  world.rebind({
    table: {
      ...table,
      query: during((...input: Parameters<Table["query"]>) => table.query(...input)),
      getMany: during((...input: Parameters<Table["getMany"]>) => table.getMany(...input)),
      write: during((...input: Parameters<Table["write"]>) => table.write(...input)),
    } as Table,
  });
}

test("members change while they are counted, and each is counted exactly once in the end", async () => {
  const who = fc.constantFrom("Ada", "Bob", "Cyd", "Dan", "Eve");
  const state = fc.constantFrom(...states);
  const action = fc.option(fc.record({ who, state, isLate: fc.boolean() }), { nil: undefined, freq: 3 });
  const harm = fc.constantFrom(...damages.map(([, one]) => one));
  const numRuns = depth(5, 2_000);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ who, state }), { minLength: 1, maxLength: 8 }),
      fc.array(harm, { maxLength: 4 }),
      fc.array(action, { maxLength: 30 }),
      async (first, harms, actions) => {
        world.rebind();
        await open();
        for (const one of first) await cohorts.deliver([await cohorts.become(one.who, one.state)]);
        for (const harm of harms) await harm(cohorts);
        const late: Change[] = [];
        acting(
          actions.map((one) => async () => {
            if (!one) return;
            const change = await cohorts.become(one.who, one.state);
            // the stream delivers a record again that met damage
            const isDelivered = !one.isLate && (await resultOf(cohorts.deliver([change]))) === "done";
            if (!isDelivered) late.push(change);
          }),
        );
        const { changing } = await run();
        world.rebind();
        await cohorts.deliver(late);
        const last = changing > 0 ? (await run()).changing : 0;
        const members = Object.values(await cohorts.expected()).reduce((sum, one) => sum + one, 0);
        expect([last, await cohorts.counted()]).toEqual([0, await cohorts.expected()]);
        expect(await rowsOf("acc_")).toHaveLength(members);
      },
    ),
    { numRuns },
  );
});
