import { expect, test } from "vitest";
import { backOf, invoiceStatus } from "./invoice-status.ts";

const paid = { status: "paid", total: 5_000, paid: 5_000 };
const dispute = (state: "asked" | "open" | "won" | "lost") => ({
  disputes: [{ amount: 5_000, state, createdAt: "2026-11-15T12:00:00.000Z" }],
});

test.each([
  ["Paid", {}],
  ["Open", { status: "open" }],
  ["strange", { status: "strange" }],
  ["Partly refunded", { refunded: 1_000 }],
  ["Refunded", { refunded: 5_000 }],
  // the balance has paid the rest
  ["Refunded", { total: 7_000, refunded: 5_000 }],
  ["Returned", { returned: 5_000, refunded: 3_000, credited: 2_000 }],
  ["Disputed", { refunded: 5_000, ...dispute("open") }],
  ["Disputed", dispute("asked")],
  ["Dispute lost", dispute("lost")],
  ["Paid", dispute("won")],
])("an invoice is %s", (label, more) => {
  expect(invoiceStatus({ ...paid, ...more }).label).toBe(label);
});

test.each([
  [[], {}],
  [[["Returned", 500]], { returned: 500 }],
  [
    [
      ["Refunded", 300],
      ["Credited to your balance", 200],
    ],
    { returned: 500, refunded: 300, credited: 200 },
  ],
  [[["Disputed", 5_000]], dispute("open")],
  [[["Lost in a dispute", 5_000]], dispute("lost")],
  [[], dispute("won")],
])("what went back is %j", (expected, more) => {
  expect(backOf(more).map(({ name, amount }) => [name, amount])).toEqual(expected);
});
