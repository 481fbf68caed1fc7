import { expect, test } from "vitest";
import { stoppedText } from "./text.ts";

test("only what came by email until now is said to have stopped", () => {
  expect(stoppedText({ way: "email", changed: [{ groups: ["mentions", "rollouts"] }] })).toBe(
    "You no longer get emails about mentions and rollouts of this organization. They are in the product only.",
  );
  expect(stoppedText({ way: "email", changed: [{ groups: ["comments"] }] })).toContain("about comments of");
  expect(stoppedText({ way: "digest", changed: [{ groups: ["comments"] }] })).toContain("a daily email");
  expect(stoppedText({ way: "email", changed: [] })).toContain("You get no such emails already");
});
