import { expect, test } from "vitest";
import { dueOf, unchargeable } from "./amount.ts";

test("less than the smallest charge of a currency is not charged", () => {
  for (const [currency, minimum] of Object.entries({ usd: 50, gbp: 30, hkd: 400, jpy: 50, sek: 300, thb: 1_000 })) {
    expect([dueOf(minimum, currency), dueOf(minimum - 1, currency), dueOf(-1, currency)]).toEqual([minimum, 0, 0]);
  }
});

test("a currency whose smallest charge is not known is refused", () => {
  expect(() => dueOf(1_000, "clp")).toThrow(expect.objectContaining({ message: expect.stringContaining("clp") }));
});

test("three decimals are charged to the second, and what lost its decimals whole", () => {
  const steps = { bhd: 10, jod: 10, kwd: 10, omr: 10, tnd: 10, isk: 100, ugx: 100, krw: 1, huf: 1, twd: 1 };
  for (const [currency, step] of Object.entries(steps)) {
    expect(unchargeable(100_000 + step, currency)).toBeUndefined();
    expect(unchargeable(100_000 + step / 2, currency)?.status).toBe(400);
  }
});

test("an invoice is rounded in one of them, and nothing says so of the others", () => {
  expect([dueOf(500_049, "ugx"), dueOf(500_050, "ugx"), dueOf(500_049, "isk")]).toEqual([500_000, 500_100, 500_049]);
});
