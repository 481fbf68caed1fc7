import { expect, test } from "vitest";
import { blockedBy } from "./blocked.ts";

test("a blocked control keeps its place in the tab order and is described by the reason", () => {
  const attributes = blockedBy("No seats are available.");
  expect(attributes).toMatchObject({ "aria-disabled": true, "aria-description": "No seats are available." });
  expect(attributes).not.toHaveProperty("disabled");
});

test("a control without a reason is not blocked", () => {
  expect(blockedBy(undefined)).toBeUndefined();
});
