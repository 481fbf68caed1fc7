import { AsyncLocalStorage } from "node:async_hooks";
import type { Role } from "@muster/core/base/role.ts";
import type { Table } from "@muster/core/table/table.ts";
import { describe, expect, test } from "vitest";
import { gate } from "../faults/broken.ts";
import { type FaultPlan, injectFaults } from "../faults/faults.ts";
import { without } from "../faults/guards.ts";
import { type Actions, actionsOn } from "../fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "../fixtures/organization.ts";
import type { Person } from "../worlds/world.ts";
import { type Invariants, openInvariants } from "./organization.ts";

const faultPlan: FaultPlan = { conflicts: 0.3, lostAnswers: 0.3 };

export type RaceContext = {
  fixture: OrganizationFixture;
  actions: Actions;
  invariants: Invariants;
  /** Adds many members. */
  members: (count: number, role: Role) => Promise<Person[]>;
  /** Does everything at once, over this run's table. */
  atOnce: <R>(...actions: (() => Promise<R>)[]) => Promise<R[]>;
};

export type Race = {
  /** Free ones, beside the creator's. */
  seats?: number;
  /** The guards without which it does harm. */
  guards: string[];
  /** Prepares, runs everything at once, and returns what is wrong afterwards. */
  run: (race: RaceContext) => Promise<string[]>;
};

/**
 * Tests that a race does no harm if everybody has read before anybody writes, nor with conflicts and lost answers, and
 * that it does without its guards.
 */
export function testRace(name: string, { seats = 30, guards, run }: Race): void {
  describe(`at once: ${name}`, () => {
    test("does no harm", async () => {
      expect(await run(await openRace(seats, { together: true }))).toEqual([]);
    });

    test("does none with conflicts and lost answers", async () => {
      expect(await run(await openRace(seats, { plan: faultPlan }))).toEqual([]);
    });

    test(`would without the guard of ${guards.join(" and ")}`, async () => {
      const table = (good: Table) => guards.reduce((table, guard) => without(guard)(table), good);
      expect(await run(await openRace(seats, { together: true, table }))).not.toEqual([]);
    });
  });
}

type Options = { plan?: FaultPlan; together?: boolean; table?: (good: Table) => Table };

async function openRace(seats: number, { plan = {}, together, table = (good) => good }: Options): Promise<RaceContext> {
  const fixture = await openOrganization({ seats });
  const faults = injectFaults(fixture.world.rows.client, 11);
  const actions = actionsOn(fixture);
  return {
    fixture,
    actions,
    invariants: await openInvariants(fixture),
    async members(count, role) {
      const emails = Array.from({ length: count }, (_, n) => `${role}${n}@example.com`);
      const people = await Promise.all(emails.map(fixture.world.person));
      await actions.send(fixture.ada, ...emails.map((email) => ({ email, role })));
      await Promise.all(people.map(async (person) => actions.accept(person, await actions.linkTo(person.email))));
      return people;
    },
    async atOnce(...all) {
      const raced = together ? assembled(fixture.world.table, all) : { table: fixture.world.table, actions: all };
      fixture.world.rebind({ table: table(raced.table) });
      faults.plan(plan);
      const answers = await Promise.all(raced.actions.map((action) => action()));
      faults.clear();
      fixture.world.rebind();
      return answers;
    },
  };
}

type Action<R> = () => Promise<R>;

/** Delays every write until each action is about to write, or has ended. */
function assembled<R>(good: Table, all: readonly Action<R>[]): { table: Table; actions: Action<R>[] } {
  const { pass, opened } = gate(all.length);
  const own = new AsyncLocalStorage<{ arrive: () => void }>();
  const actions = all.map((action) => {
    let isThere = false;
    const arrive = () => {
      if (!isThere) pass();
      isThere = true;
    };
    return () => own.run({ arrive }, () => action().finally(arrive));
  });
  const table: Table = {
    ...good,
    write: async (...steps) => {
      own.getStore()?.arrive();
      await opened;
      return good.write(...steps);
    },
  };
  return { table, actions };
}
