import * as fc from "fast-check";
import { expect, test } from "vitest";
import { axisEnd, linesOf, valuesOf } from "./figure-lines.ts";

const day = (on: number, figures: object = {}) => ({ on: `2026-11-${on}`, ...figures });

test("the axis ends on a round number that no value exceeds, however many there are", () => {
  expect([[], [0], [1], [3], [7], [10], [11], [60], [1_234]].map(axisEnd)).toEqual([
    1, 1, 1, 5, 10, 10, 20, 100, 2_000,
  ]);
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2_000_000 })), (values) => {
      expect(axisEnd(values)).toBeGreaterThanOrEqual(Math.max(1, ...values));
    }),
    { numRuns: 200 },
  );
});

test("a line goes from the first day to the last, with more higher up, and what is unknown interrupts it", () => {
  const items = [day(1, { members: 0 }), day(2, { members: 5 }), day(3), day(4), day(5, { members: 10 })];
  expect(linesOf(items, "members", 10)).toEqual([
    [
      { x: 0, y: 100 },
      { x: 25, y: 50 },
    ],
    [{ x: 100, y: 0 }],
  ]);
  expect(linesOf(items, "active", 10)).toEqual([]);
});

test("a single day is a point in the middle, and no day is nothing", () => {
  expect(linesOf([day(1, { members: 1 })], "members", 1)).toEqual([[{ x: 50, y: 0 }]]);
  expect([linesOf([], "members", 1), valuesOf([])]).toEqual([[], []]);
});
