import { expect, test } from "vitest";
import { whyNow } from "./why-now.ts";

const billing = {
  billingStatus: "active",
  plan: "monthly",
  periodEnd: "2026-12-24T09:00:00.000Z",
  seats: { paid: 5, capacity: 5, committed: 2, minimum: 2 },
} as const;
const monthly = { seats: 6, plan: "monthly" };

test("a price of nothing for more seats is explained", () => {
  expect(whyNow(billing, monthly, 0)).toBe(
    "For 1 more seat. Credit or a discount covers it, or it is too little to charge and is added to a later invoice.",
  );
  expect(whyNow(billing, monthly, 800)).toBe("For 1 more seat, for the rest of this period.");
  expect(whyNow(billing, monthly, undefined)).toBe("For 1 more seat, for the rest of this period.");
});

test("during a trial nothing is due, whatever the plan", () => {
  const trial = Object.assign({}, billing, { billingStatus: "trialing" as const });
  expect(whyNow(trial, monthly, 0)).toBe("Your trial continues.");
});

test("another plan says how the rest of the period is credited", () => {
  expect(whyNow(billing, { seats: 5, plan: "yearly" }, 0)).toContain("any surplus is deducted");
  expect(whyNow(billing, { seats: 5, plan: "yearly" }, 900)).toContain("the rest of the old one is credited.");
});
