import { expect, test } from "vitest";
import { showCode, toCode } from "./code.ts";

test.each([
  ["ABCD-2345", "ABCD2345"],
  [" abcd 2345\n", "ABCD2345"],
  ["abcd–2345", "ABCD2345"],
  ["ABCD-2345-6789", "ABCD2345"],
  ["", ""],
])("%j means %s", (typed, code) => {
  expect(toCode(typed)).toBe(code);
});

test("symbols that no code has are left out", () => {
  expect(toCode("0O1ILU")).toBe("");
});

test("a code is shown in two halves as soon as it has a second one", () => {
  expect(showCode("ABCD")).toBe("ABCD");
  expect(showCode("ABCD2")).toBe("ABCD-2");
  expect(showCode("ABCD2345")).toBe("ABCD-2345");
});
