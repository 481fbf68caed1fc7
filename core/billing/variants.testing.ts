import type { Actors } from "@muster/local/testing/invariants/billing-actors.ts";
import type { Places } from "@muster/local/testing/invariants/billing-place.ts";
import { type BillingScenario, runScenario, type Variant } from "@muster/local/testing/invariants/billing-scenario.ts";
import type { ScenarioStep } from "@muster/local/testing/invariants/billing-steps.ts";
import { expect, test } from "vitest";
import type { Stripe } from "../kernel/stripe-port.ts";

// Histories that the property of converge.test.ts finds fault with as soon as one part is broken.

export type Scenario = {
  /** A history that ends well while nothing is broken. */
  history: BillingScenario["batches"];
  onlyMarked?: true;
  prepare?: (actors: Actors) => unknown;
  /** The acts at Stripe in between, for correct and broken variants. */
  around?: (port: Stripe, actors: Actors) => Stripe;
  broken: Variant;
  /** The faults that must be found, or others of the first organization. */
  seen: RegExp;
  wrong?: (actors: Actors) => Promise<string[]>;
};

export const seats = (to: number): ScenarioStep => ({ do: "seats", of: 0, seats: to });

/** Tests that each history ends well, and does not with its broken part. */
export function detect(places: Places, scenarios: Record<string, Scenario>): void {
  for (const [name, scenario] of Object.entries(scenarios)) {
    test(`it would be detected that ${name}`, async () => {
      expect(await run(places, scenario, {})).toEqual([]);
      const found = await run(places, scenario, scenario.broken);
      expect(found.join("\n")).toMatch(new RegExp(scenario.seen, "m"));
    });
  }
}

async function run(
  places: Places,
  { history, onlyMarked, prepare, around, wrong }: Scenario,
  variant: Variant,
): Promise<string[]> {
  const actors = await places.next();
  await prepare?.(actors);
  const port = (whole: Stripe) => {
    const part = variant.port?.(whole, actors) ?? whole;
    return around?.(part, actors) ?? part;
  };
  const calm = { seed: 1, probability: 0 };
  const found = await runScenario(
    actors,
    { batches: history, faults: calm, ...(onlyMarked && { onlyMarked }) },
    { ...variant, port },
  );
  return [...found, ...((await wrong?.(actors)) ?? [])];
}
