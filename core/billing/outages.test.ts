import { openPlaces } from "@muster/local/testing/invariants/billing-place.ts";
import { runScenario } from "@muster/local/testing/invariants/billing-scenario.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { hourSeconds } from "../base/duration.ts";
import { unusedTimes } from "../plan/shape.ts";
import { step } from "./steps.testing.ts";

// An hour in which no call of Stripe succeeds, or none is answered, while organizations buy, change, renew, and end.

const histories = depth(1, 40);
const places = openPlaces();
afterAll(() => places.stop());

const batches = (maxLength: number) => fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength });
const history = fc.record({
  before: batches(4),
  during: batches(6),
  after: batches(3),
  unusedTime: fc.constantFrom(...unusedTimes),
});

const faults = ["rate_limit", "error_before", "error_after", "error_saved", "cut_before", "cut_after"] as const;
test.each(faults)("an hour of %s charges nothing twice, loses nothing, and is made up for", async (fault) => {
  await fc.assert(
    fc.asyncProperty(history, async ({ before, during, after, unusedTime }) => {
      const hour = [[{ do: "outage", fault }], ...during, [{ do: "pass", seconds: hourSeconds }]] as const;
      const swept = [[{ do: "sweep" }], [{ do: "over" }]] as const;
      const all = { batches: [...before, ...hour, ...swept, ...after], unusedTime };
      const wrong = await runScenario(await places.next(), { ...all, faults: { seed: 1, probability: 0 } });
      expect(wrong.join("\n")).toBe("");
    }),
    { endOnFailure: true, numRuns: histories },
  );
});
