import { expect, test } from "vitest";
import { moneyFor } from "./money.ts";

test("an amount is in the smallest unit of its currency, however many make one", () => {
  const write = moneyFor("en-US");
  expect(write({ amount: 4_823, currency: "usd" })).toBe("$48.23");
  expect(write({ amount: 4_823, currency: "jpy" })).toBe("¥4,823");
  expect(write({ amount: 48_230, currency: "kwd" })).toMatch(/^KWD\s48\.230$/);
  expect(write({ amount: -100, currency: "usd" })).toBe("-$1.00");
});

test("what Stripe counts in hundredths is not shown a hundredfold", () => {
  expect(moneyFor("en-US")({ amount: 50_000, currency: "isk" })).toMatch(/^ISK\s500$/);
});

test("a locale that nobody knows is read as English", () => {
  expect(moneyFor("no such locale")({ amount: 100, currency: "eur" })).toBe("€1.00");
});
