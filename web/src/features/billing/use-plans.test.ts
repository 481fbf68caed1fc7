import { expect, test } from "vitest";
import { savingOf } from "./use-plans.ts";

const price = (amount: number, months: number) => ({ price: { amount, currency: "usd", months } });

test("a plan is compared with the dearest for the same time", () => {
  const all = [price(1_000, 1), price(2_700, 3), price(9_600, 12)];
  expect(all.map((one) => savingOf(one, all))).toEqual([0, 10, 20]);
  expect(savingOf(price(0, 1), [price(0, 1)])).toBe(0);
});
