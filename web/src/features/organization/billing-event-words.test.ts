import * as Billing from "@muster/core/billing/events.ts";
import { expect, test } from "vitest";
import { wordsOfBilling } from "./billing-event-words.tsx";

test("the log has words for everything that is told of billing", () => {
  const types = Object.values(Billing).map(({ type }) => type);
  expect(types.filter((type) => wordsOfBilling(type) === undefined)).toEqual([]);
  expect(wordsOfBilling("team.created")).toBeUndefined();
});
