import type { Role } from "@muster/core/kernel/permission.ts";
import type { Table } from "@muster/core/table/table.ts";
import { describe, expect, test } from "vitest";
import { type Books, openBooks } from "./books.ts";
import { gate } from "./broken.ts";
import { type Deeds, deedsOn } from "./deeds.ts";
import { type FaultPlan, injectFaults } from "./faults.ts";
import { without } from "./guards.ts";
import { openStage, type Stage } from "./stage.ts";
import type { Person } from "./world.ts";

const trouble: FaultPlan = { conflicts: 0.3, lostAnswers: 0.3 };

export interface Crowd {
  stage: Stage;
  deeds: Deeds;
  books: Books;
  /** Makes many people members. */
  members: (count: number, role: Role) => Promise<Person[]>;
  /** Does all of it at once, over the table as it is meant for this run. */
  atOnce: <R>(...deeds: (() => Promise<R>)[]) => Promise<R[]>;
}

export interface Race {
  /** Free ones, beside the founder's. */
  seats?: number;
  /** Those without which it does harm. */
  guards: string[];
  /** Sets the scene, does it all at once, and answers what is wrong afterwards. */
  run: (crowd: Crowd) => Promise<string[]>;
}

/**
 * Tests that a race does no harm when everybody has read before anybody writes, nor with conflicts and lost answers,
 * and that it does without its guards.
 */
export function testRace(name: string, { seats = 30, guards, run }: Race): void {
  describe(`at once: ${name}`, () => {
    test("does no harm", async () => {
      expect(await run(await openCrowd(seats, { together: true }))).toEqual([]);
    });

    test("does none with conflicts and lost answers", async () => {
      expect(await run(await openCrowd(seats, { plan: trouble }))).toEqual([]);
    });

    test(`would without the guard of ${guards.join(" and ")}`, async () => {
      const table = (good: Table) => guards.reduce((table, guard) => without(guard)(table), good);
      expect(await run(await openCrowd(seats, { together: true, table }))).not.toEqual([]);
    });
  });
}

type Options = { plan?: FaultPlan; together?: boolean; table?: (good: Table) => Table };

async function openCrowd(seats: number, { plan = {}, together, table = (good) => good }: Options): Promise<Crowd> {
  const stage = await openStage({ seats });
  const faults = injectFaults(stage.world.rows.client, 11);
  const deeds = deedsOn(stage);
  return {
    stage,
    deeds,
    books: await openBooks(stage),
    async members(count, role) {
      const emails = Array.from({ length: count }, (_, n) => `${role}${n}@example.com`);
      const people = await Promise.all(emails.map(stage.world.person));
      await deeds.send(stage.ada, ...emails.map((email) => ({ email, role })));
      await Promise.all(people.map(async (person) => deeds.accept(person, await deeds.linkTo(person.email))));
      return people;
    },
    async atOnce(...all) {
      const crowded = together ? assembled(stage.world.table, all.length) : stage.world.table;
      stage.world.rebind({ table: table(crowded) });
      faults.plan(plan);
      const answers = await Promise.all(all.map((deed) => deed()));
      faults.clear();
      stage.world.rebind();
      return answers;
    },
  };
}

/** Nobody writes before so many have read. */
function assembled(good: Table, count: number): Table {
  const { pass, opened } = gate(count);
  return {
    ...good,
    getMany: (...keys) => good.getMany(...keys).finally(pass),
    write: (...steps) => opened.then(() => good.write(...steps)),
  };
}
