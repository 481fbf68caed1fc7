import {
  actorsFor,
  type BillingScenario,
  runScenario,
  type ScenarioStep,
} from "@muster/local/testing/invariants/billing-scenario.ts";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";

const isDeep = process.env.MUSTER_DEEP !== undefined;
const sliceRuns = 8;
const deepRuns = 1_000;
const pool = actorsFor(10);
afterAll(() => pool.stop());

const of = fc.nat({ max: 1 });
const who = fc.nat({ max: 5 });
const seats = fc.integer({ min: 1, max: 12 });
const step: fc.Arbitrary<ScenarioStep> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("seats" as const), of, seats }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("seats" as const), of, seats, yearly: fc.constant(true) }) },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom("invite" as const, "accept" as const, "leave" as const), of, who }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("portal" as const, "portal" as const, "double" as const), of, seats }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("card" as const), of, pays: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("end" as const, "resume" as const), of }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("stop" as const, "delete" as const), of }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const), of }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("webhook" as const),
      which: fc.nat({ max: 20 }),
      how: fc.constantFrom("once" as const, "twice" as const, "never" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 86_400 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("sweep" as const, "work" as const, "catchUp" as const) }) },
);
const histories: fc.Arbitrary<BillingScenario> = fc.record({
  batches: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 14 }),
  faults: fc.record({ seed: fc.integer({ min: 1 }), probability: fc.constantFrom(0, 0.2, 0.4) }),
});

test("whatever happens to organizations, people, Stripe and its events, both sides agree in the end", {
  timeout: 3_600_000,
}, async () => {
  const seed = Number(process.env.MUSTER_SEED ?? Math.floor(Math.random() * 2 ** 31));
  process.stdout.write(`converge: seed ${seed}\n`);
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (one) => {
      const actors = await pool.next();
      expect(await runScenario(actors, one)).toEqual([]);
      runs++;
      if (isDeep && runs % 100 === 0) process.stdout.write(`converge: ${runs} of ${deepRuns} histories\n`);
    }),
    { seed, endOnFailure: true, numRuns: isDeep ? deepRuns : sliceRuns },
  );
  process.stdout.write(`converge: ${runs} histories\n`);
  expect(runs).toBeGreaterThanOrEqual(sliceRuns);
});
