import { expect, test } from "vitest";
import { dueWithin, invoiceBlock, orderNote } from "./by-invoice.ts";

const paid = { daysUntilDue: 30, seats: "paid" } as const;
const atOnce = { daysUntilDue: 1, seats: "at_once" } as const;

test("an order by invoice says when it is due, and when its seats count", () => {
  expect(orderNote(paid)).toBe("An invoice is sent, due within 30 days. The seats are added once it is paid.");
  expect(orderNote(atOnce)).toBe("An invoice is sent, due within 1 day. The seats are added immediately.");
  expect(dueWithin({ daysUntilDue: 0 })).toBe("due immediately");
});

test("another plan and automatic seats are for those whose seats count at once", () => {
  expect(invoiceBlock({ byInvoice: paid }, "plan")).toMatch(/change its plan/);
  expect(invoiceBlock({ byInvoice: paid }, "automatic")).toMatch(/automatically/);
  expect(invoiceBlock({ byInvoice: atOnce }, "plan")).toBeUndefined();
  expect(invoiceBlock({ byInvoice: undefined }, "automatic")).toBeUndefined();
});
