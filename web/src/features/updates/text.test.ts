import { excerptOf } from "@muster/core/update/update.ts";
import { expect, test } from "vitest";
import { beginningOf } from "./text.ts";

const id = "acc_01ARZ3NDEKTSV4RRFFQ69G5FAV";

test.each([
  ["without spaces", "漢".repeat(600), `${"漢".repeat(500)} …`],
  ["of words", "word ".repeat(200), `${"word ".repeat(100).trimEnd()} …`],
  ["that ends in the middle of a mention", `${"x".repeat(489)}@${id} and more`, `${"x".repeat(489)} …`],
])("a long text %s is shown from its beginning", (_, content, shown) => {
  expect(beginningOf(excerptOf(content).excerpt)).toBe(shown);
});
