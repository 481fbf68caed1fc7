import { billingStatuses } from "@muster/core/billing/shape.ts";
import { expect, test } from "vitest";
import { badgeOf, isInOrder } from "./text.ts";

test("a billing problem has a badge", () => {
  const problematic = billingStatuses.filter((billingStatus) => !isInOrder({ billingStatus }));
  expect(problematic).toEqual(["past_due", "over_limit", "canceled", "read_only"]);
  for (const billingStatus of billingStatuses) {
    const { label } = badgeOf({ state: "active", billingStatus });
    expect(label === "Active").toBe(!problematic.includes(billingStatus));
  }
  expect(badgeOf({ state: "active", billingStatus: "past_due" }).label).toBe("Past due");
  expect(badgeOf({ state: "suspended", billingStatus: "past_due" }).label).toBe("Suspended");
});
