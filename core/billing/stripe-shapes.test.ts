import type StripeLibrary from "stripe";
import { expect, test } from "vitest";
import type { StripeDispute } from "../kernel/stripe-invoice.ts";
import { stripeOver } from "./stripe.ts";
import { chargeOf, lineOf, refundOf, upcomingOf } from "./stripe-shapes.ts";

const at = Date.parse("2026-12-24T08:00:00.000Z") / 1_000;
const taxes = [
  { amount: 190, tax_behavior: "exclusive" },
  { amount: 70, tax_behavior: "inclusive" },
];
const line = { id: "il_1", amount: 1_000, period: { start: at, end: at + 60 }, taxes, discount_amounts: [] };
const invoice = {
  lines: { data: [line], has_more: true },
  subtotal: 1_000,
  total: 1_190,
  total_taxes: taxes,
  starting_balance: 0,
  amount_due: 1_190,
  currency: "eur",
  period_end: at,
  next_payment_attempt: at + 3_600,
};
const asInvoice = (more: object) => upcomingOf({ ...invoice, ...more } as unknown as StripeLibrary.Invoice);

test("tax that the price includes is not added to a line or an invoice", () => {
  expect(lineOf(line as unknown as StripeLibrary.InvoiceLineItem).tax).toBe(190);
  expect(asInvoice({})).toMatchObject({ tax: 190, hasMore: true });
  expect(asInvoice({ total_taxes: null }).tax).toBe(0);
});

test("an upcoming invoice is charged when Stripe tries to, and at no known time if it does not", () => {
  expect(asInvoice({}).chargedAt).toBe("2026-12-24T09:00:00.000Z");
  expect(asInvoice({ next_payment_attempt: null }).chargedAt).toBeUndefined();
});

test("discounts of items and of the invoice are both named, although the subtotal has lost the first", () => {
  const total_discount_amounts = [{ amount: 200 }, { amount: 80 }];
  expect(asInvoice({ subtotal: 800, total: 910, total_discount_amounts }).discount).toBe(280);
});

test("an invoice that was paid elsewhere is not paid by a charge that names no payment intent", async () => {
  const paid = { id: "in_1", status: "paid", created: at, amount_paid: 1_190, status_transitions: { paid_at: at } };
  const payments = { data: [{ payment: { type: "payment_record" } }] };
  const listed = { ...invoice, ...paid, payments, due_date: null };
  const charge = { id: "ch_1", status: "succeeded", amount: 700, amount_refunded: 0, payment_intent: null };
  const list = (...data: object[]) => ({ list: async () => ({ data, has_more: false }) });
  const library = { invoices: list(listed), charges: list(charge), creditNotes: list() };
  const { items } = await stripeOver(async () => library as never).paidInvoices("cus_1");
  expect(items[0]?.cash).toEqual({ paid: 0, refunded: 0, credited: 0, disputes: [] });
});

test.each([
  { payment: {}, what: "by no card" },
  { payment: { payment_intent: { latest_charge: null } }, what: "not yet" },
])("a payment has no charge that was made $what", ({ payment }) => {
  expect(chargeOf({ payment } as unknown as StripeLibrary.InvoicePayment)).toBeUndefined();
});

test.each([
  { refunded: 500, disputes: [], returned: 500, what: "what was refunded of it" },
  { refunded: 0, disputes: [["open", 5_000]], returned: 5_000, what: "all of it, if a dispute is open" },
  { refunded: 500, disputes: [["lost", 4_000]], returned: 4_500, what: "what a lost dispute took as well" },
  { refunded: 500, disputes: [["lost", 5_100]], returned: 5_000, what: "never more than it" },
  {
    refunded: 0,
    disputes: [
      ["won", 5_000],
      ["asked", 5_000],
    ],
    returned: 0,
    what: "nothing, if it was won, or a bank only asks",
  },
])("a charge was returned: $what", ({ refunded, disputes, returned }) => {
  const known = disputes.map(([state = "", amount]) => ({
    state: state as StripeDispute["state"],
    amount: Number(amount),
  }));
  const charge = { amount: 5_000, amount_refunded: refunded };
  const isDisputed = known.some(({ state }) => state === "open") || undefined;
  expect(refundOf(charge, known)).toEqual({ amount: returned, to: "card", ...(isDisputed && { isDisputed }) });
});
