import { expect, test } from "vitest";
import { change, line } from "./ledger.testing.ts";
import { lineOf, stepsOf } from "./steps.ts";

const day = (on: number) => `2026-11-${String(on).padStart(2, "0")}T00:00:00.000Z`;
const bought = change({ operation: "op_1", from: 0, to: 4, endedAt: day(1) });
const grew = change({ operation: "op_2", from: 4, to: 8, endedAt: day(6) });
const dropped = change({ operation: "op_3", from: 8, to: 99, endedAt: day(7), dropped: "unpaid" });

test("each change that was made is one step, oldest first", () => {
  const invoices = [
    { lines: [line({ change: grew }), line({ change: grew }), line({ outside: "stripe" }), line({ change: dropped })] },
    { lines: [line({ change: bought })] },
  ];
  expect(stepsOf(invoices)).toEqual([bought, grew]);
});

test("changes of one instant are in the order in which they began", () => {
  const next = change({ operation: "op_9", from: 8, to: 6, endedAt: day(6) });
  expect(stepsOf([{ lines: [line({ change: next }), line({ change: grew })] }])).toEqual([grew, next]);
});

test("the line goes up and down with the seats, and ends with those of now", () => {
  const end = { at: Date.parse(day(11)), seats: 8 };
  expect(lineOf([bought, grew], end)).toBe("M0 100H0V50H50V0H100V0");
  expect(lineOf([bought, grew], { at: end.at, seats: 2 })).toBe("M0 100H0V50H50V0H100V75");
  expect(lineOf([], end)).toBe("");
});

test("a change after now, by another clock, stays in the picture", () => {
  expect(lineOf([bought, grew], { at: Date.parse(day(1)), seats: 8 })).toBe("M0 100H0V50H100V0H100V0");
});
