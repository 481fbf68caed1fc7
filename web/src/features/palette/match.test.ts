import { expect, test } from "vitest";
import { matches } from "./match.ts";

test.each([
  ["invite people", "inv", true],
  ["invite people", "people inv", true],
  ["invite people", "vite", false],
  ["Chloé Moreau", "chloe", true],
  ["Chloe Moreau", "CHLOÉ", true],
  ["invite people", "", true],
  ["invite people", " - ", true],
  ["invite people", "invites", false],
])("%s is found by %j: %s", (label, text, isFound) => {
  expect(matches({ label }, text)).toBe(isFound);
});

test("synonyms find it too, and so does a part of an address", () => {
  expect(matches({ label: "Dark theme", also: "night" }, "nig")).toBe(true);
  expect(matches({ label: "Ada Lovelace", also: "ada@example.com" }, "ada@exa")).toBe(true);
});
