import { openPlaces } from "@muster/local/testing/invariants/billing-place.ts";
import { type BillingScenario, runScenario } from "@muster/local/testing/invariants/billing-scenario.ts";
import { depth, isDeep } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { unusedTimes } from "../plan/shape.ts";
import { step } from "./steps.testing.ts";

const histories = depth(6, 1_000);
const places = openPlaces();
afterAll(() => places.stop());

const history: fc.Arbitrary<BillingScenario> = fc.record({
  batches: fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 14 }),
  faults: fc.record({ seed: fc.integer({ min: 1 }), probability: fc.constantFrom(0, 0.2, 0.4) }),
  unusedTime: fc.constantFrom(...unusedTimes),
});

test("whatever happens to organizations, people, Stripe and its events, both sides agree in the end", async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(history, async (one) => {
      expect(await runScenario(await places.next(), one)).toEqual([]);
      runs++;
      if (isDeep && runs % 100 === 0) process.stdout.write(`converge: ${runs} of ${histories} histories\n`);
    }),
    { endOnFailure: true, numRuns: histories },
  );
  expect(runs).toBe(histories);
});
