import { expect, test } from "vitest";
import { memberWords } from "./words.ts";

test.each([
  [0, "No members"],
  [1, "1 member"],
  [1_204, "1204 members"],
])("%d is %s", (count, words) => {
  expect(memberWords(count, String)).toBe(words);
});
