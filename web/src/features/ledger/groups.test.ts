import { expect, test } from "vitest";
import { amountOf, groupsOf, sumsOf } from "./groups.ts";
import { change, line } from "./ledger.testing.ts";

test("lines with one change behind them are together, in the order of the invoice", () => {
  const [first, second] = [change({ operation: "op_1" }), change({ operation: "op_2" })];
  const groups = groupsOf([
    line({ id: "a", amount: -2_000, isProration: true, change: first }),
    line({ id: "b", amount: 500, isProration: true, outside: "stripe" }),
    line({ id: "c", amount: 4_000, isProration: true, change: first }),
    line({ id: "d", amount: 700, isProration: true, change: second }),
    line({ id: "e", amount: 300, isProration: true, outside: "stripe" }),
    line({ id: "f", amount: 100, isProration: true, outside: "earlier" }),
  ]);
  expect(groups.map(({ lines }) => lines.map(({ id }) => id).join(""))).toEqual(["ac", "be", "d", "f"]);
  expect(groups.map(({ lines }) => amountOf(lines))).toEqual([2_000, 800, 700, 100]);
});

test("a whole period that begins after a change renews it; the one that it began is not a renewal", () => {
  const made = change({ endedAt: "2026-11-15T12:00:05.000Z" });
  const of = (startsAt: string, isProration = false) => groupsOf([line({ startsAt, isProration, change: made })])[0];
  expect(of("2026-11-15T12:00:00.000Z")?.isRenewal).toBe(false);
  expect(of("2026-12-01T00:00:00.000Z")?.isRenewal).toBe(true);
  expect(of("2026-12-01T00:00:00.000Z", true)?.isRenewal).toBe(false);
});

test("a renewal and the change itself are apart, though they have one change behind them", () => {
  const made = change({});
  const renewed = line({ id: "b", startsAt: "2026-12-01T00:00:00.000Z", change: made });
  expect(groupsOf([line({ id: "a", isProration: true, change: made }), renewed])).toHaveLength(2);
});

test("sums are of all lines", () => {
  const lines = [line({ amount: -500, discount: -50, tax: -20 }), line({ amount: 2_000, discount: 200, tax: 80 })];
  expect(sumsOf(lines)).toEqual({ lines: 1_500, discount: 150, tax: 60 });
});
