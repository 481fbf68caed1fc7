import { expect, test } from "vitest";
import { memberText } from "./text.ts";

test.each([
  [0, "No members"],
  [1, "1 member"],
  [1_204, "1204 members"],
])("%d is %s", (count, words) => {
  expect(memberText(count, String)).toBe(words);
});
