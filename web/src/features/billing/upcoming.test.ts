import { expect, test } from "vitest";
import { absenceText, nameOfLine, sumsOfUpcoming } from "./upcoming.ts";

const plain = { subtotal: 5_000, discount: 0, tax: 0, total: 5_000, balance: 0, due: 5_000 };
const shown = (sums: Partial<typeof plain>) =>
  sumsOfUpcoming({ ...plain, ...sums })
    .filter(({ isShown }) => isShown)
    .map(({ name, amount }) => [name, amount]);

test("a plain invoice has one sum", () => {
  expect(shown({})).toEqual([["To pay", 5_000]]);
});

test("discount, tax and balance lead from the lines to what is paid, and add up", () => {
  const rows = shown({ discount: 1_000, tax: 400, total: 4_400, balance: -500, due: 3_900 });
  expect(rows).toEqual([
    ["Sum of the lines", 5_000],
    ["Discounts", -1_000],
    ["Tax", 400],
    ["Total", 4_400],
    ["From the balance", -500],
    ["To pay", 3_900],
  ]);
  expect(shown({ balance: -500, due: 4_500 })).toEqual([
    ["Sum of the lines", 5_000],
    ["From the balance", -500],
    ["To pay", 4_500],
  ]);
});

test("what is not charged of a credit is kept", () => {
  expect(shown({ subtotal: -300, total: -300, due: 0 })).toEqual([
    ["Sum of the lines", -300],
    ["Kept as credit", 300],
    ["To pay", 0],
  ]);
});

test("what is too small to charge is added to a later invoice", () => {
  expect(shown({ subtotal: 20, total: 20, due: 0 })).toEqual([
    ["Sum of the lines", 20],
    ["Added to a later invoice", -20],
    ["To pay", 0],
  ]);
});

test("credit that is used and what is moved to the balance are two sums", () => {
  expect(shown({ subtotal: 520, total: 520, balance: -500, due: 0 })).toEqual([
    ["Sum of the lines", 520],
    ["From the balance", -500],
    ["Added to a later invoice", -20],
    ["To pay", 0],
  ]);
  expect(shown({ subtotal: -300, total: -300, balance: 200, due: 0 })).toEqual([
    ["Sum of the lines", -300],
    ["From earlier invoices", 200],
    ["Kept as credit", 100],
    ["To pay", 0],
  ]);
  expect(shown({ subtotal: -300, total: -300, balance: 500, due: 200 })).toEqual([
    ["Sum of the lines", -300],
    ["From earlier invoices", 500],
    ["To pay", 200],
  ]);
  expect(shown({ subtotal: -300, total: -300, balance: -200, due: 0 })).toEqual([
    ["Sum of the lines", -300],
    ["Kept as credit", 300],
    ["To pay", 0],
  ]);
  expect(shown({ subtotal: 300, total: 300, balance: -5_000, due: 0 })).toEqual([
    ["Sum of the lines", 300],
    ["From the balance", -300],
    ["To pay", 0],
  ]);
});

test("a line without a description is named by its seats, if it has some", () => {
  expect(nameOfLine({ description: "5 × Seat", quantity: 5 })).toBe("5 × Seat");
  expect([1, 5].map((quantity) => nameOfLine({ quantity }))).toEqual(["1 seat", "5 seats"]);
  expect([0, undefined].map((quantity) => nameOfLine({ quantity }))).toEqual(["Other charge", "Other charge"]);
});

test("why there is none", () => {
  expect(absenceText("ending", "24 Dec 2026")).toContain("ends on 24 Dec 2026");
  expect(absenceText("ending", undefined)).toContain("the subscription ends.");
  const texts = (["no_subscription", "paused", "none_expected"] as const).map((one) => absenceText(one, undefined));
  expect(new Set(texts).size).toBe(3);
  expect(absenceText("unknown", undefined)).toBe(texts[2]);
});
