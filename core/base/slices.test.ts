import { expect, test } from "vitest";
import { slicesOf } from "./slices.ts";

test("slices have what there is, once and in its order, and only the last has less", () => {
  expect([...slicesOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...slicesOf([1, 2, 3, 4], 2)]).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect([...slicesOf([1, 2], 3)]).toEqual([[1, 2]]);
});

test("of nothing there are none", () => {
  expect([...slicesOf([], 2)]).toEqual([]);
});
