import { standings } from "@muster/core/billing/shape.ts";
import { expect, test } from "vitest";
import { badgeOf, isInOrder } from "./words.ts";

test("an organization whose payment is not in order shows it", () => {
  const troubled = standings.filter((standing) => !isInOrder({ standing }));
  expect(troubled).toEqual(["past_due", "over_limit", "canceled", "read_only"]);
  for (const standing of standings) {
    const { label } = badgeOf({ state: "active", standing });
    expect(label === "Active").toBe(!troubled.includes(standing));
  }
  expect(badgeOf({ state: "active", standing: "past_due" }).label).toBe("Past due");
  expect(badgeOf({ state: "suspended", standing: "past_due" }).label).toBe("Suspended");
});
