import { expect, test } from "vitest";
import { dueOf } from "./amount.ts";

test("less than the smallest charge of a currency is not charged", () => {
  for (const [currency, minimum] of Object.entries({ usd: 50, gbp: 30, hkd: 400, jpy: 50, sek: 300, thb: 1_000 })) {
    expect([dueOf(minimum, currency), dueOf(minimum - 1, currency), dueOf(-1, currency)]).toEqual([minimum, 0, 0]);
  }
});

test("a currency whose smallest charge is not known is refused", () => {
  expect(() => dueOf(1_000, "isk")).toThrow(expect.objectContaining({ message: expect.stringContaining("isk") }));
});
