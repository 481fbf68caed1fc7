import { broken } from "@muster/local/testing/faults/broken.ts";
import type { Actors } from "@muster/local/testing/invariants/billing-actors.ts";
import { openPlaces } from "@muster/local/testing/invariants/billing-place.ts";
import { perform, type ScenarioStep } from "@muster/local/testing/invariants/billing-steps.ts";
import { afterAll } from "vitest";
import { hourMs } from "../../base/duration.ts";
import { type Condition, type Item, type Key, type Step, type Table, typed } from "../../table/table.ts";
import { detect, type Scenario } from "../variants.testing.ts";

// What the property of converge.test.ts must detect of automatic seats.

const places = openPlaces();
afterAll(() => places.stop());

const of = 0;
const set = (limit: number): ScenarioStep => ({ do: "automatic", of, limit });
const invite = (...who: number[]): ScenarioStep[] => who.map((one) => ({ do: "invite", of, who: one }));
const follow: ScenarioStep = { do: "follow", of };
const revoke: ScenarioStep = { do: "revoke", of, who: 0 };

const scenarios: Record<string, Scenario> = {
  "seats are added beyond the limit": {
    history: [[set(5)], invite(0, 1, 2), [follow], invite(3), [follow]],
    broken: { table: withoutLimit },
    seen: /^\d+ seats were added automatically, beyond every limit/,
  },
  "a seat is bought for nobody, because one was given back since": {
    history: [[set(9)], invite(0, 1, 2), [follow]],
    broken: { table: (table, actors) => between(broken(table, withoutFree), actors, revoke) },
    seen: /^\d+ seats were bought automatically, of which \d+ for nobody/,
  },
  "seats are removed that somebody has taken since they were counted": {
    prepare: async ({ billing, customers: [acme] }) => {
      billing.world.clock.at = Date.parse((await acme?.row())?.mirror?.periodEnd ?? "") - 12 * hourMs;
    },
    history: [[set(2)], [follow]],
    broken: { table: (table, actors) => between(broken(table, withoutFree), actors, ...invite(0, 1, 2)) },
    seen: /seats are used and \d paid|used, \d paid/,
  },
  "what a member requests is bought twice": {
    history: [[set(20)], [{ do: "request", of, seats: 3 }], [follow], [follow]],
    broken: { table: (table) => broken(table, withoutDecision) },
    seen: /^\d+ seats were bought automatically, of which \d+ for nobody/,
  },
};

detect(places, scenarios);

// Broken parts

/** Whatever an owner has set, the row says more. */
function withoutLimit(table: Table): Table {
  const more = (key: Key, row: Item | undefined) =>
    key.sk === "#org" && row?.automatic ? { ...row, automatic: { ...(row.automatic as Item), limit: 99 } } : row;
  return typed({
    ...broken(table, withoutFree),
    getMany: async (keys: readonly Key[], options?: object) => {
      const rows: (Item | undefined)[] = await table.getMany(keys, options);
      return rows.map((row, n) => more(keys[n] as Key, row));
    },
  });
}

/** Writes hold whatever seats are free by then, and whatever an owner has set. */
function withoutFree(step: Step): Step {
  if (step.key.sk !== "#org" || !step.guard) return step;
  return { ...step, guard: { ...step.guard, when: without(step.guard.when) } };
}
function without(condition: Condition): Condition {
  if (condition.is === "all") return { ...condition, of: condition.of.map(without) };
  const isFree = "attribute" in condition && ["free", "automatic"].includes(condition.attribute);
  return isFree ? { is: "present" } : condition;
}

/** Something happens between the look and the write of a change. */
function between(table: Table, actors: Actors, ...steps: ScenarioStep[]): Table {
  let isFirst = true;
  const begins = (step: Step) => step.do === "put" && step.key.sk === "#billing" && step.item.op !== undefined;
  return typed({
    ...table,
    write: async (...all) => {
      if (isFirst && all.some(begins)) {
        isFirst = false;
        for (const step of steps) await perform(actors, step);
      }
      return table.write(...all);
    },
  });
}

/** A request stays open when its seats are bought. */
const withoutDecision = (step: Step): Step | undefined =>
  step.do === "update" && step.key.pk.endsWith("#seat_requests") ? undefined : step;
