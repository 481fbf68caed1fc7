import type Stripe from "stripe";
import { expect, test } from "vitest";
import { seconds } from "./stripe.testing.ts";
import { withMonthly } from "./with-contract.testing.ts";

// Flexible billing returns part of what was charged: https://docs.stripe.com/billing/subscriptions/prorations#credit-prorations

const april = "2027-04-01T00:00:00Z";
const day = 86_400;

const on = withMonthly();

/** Ten seats, the first month with a discount that is used up by it. */
async function subscribe(coupon: Stripe.CouponCreateParams) {
  const { id: used } = await on.client.coupons.create(coupon);
  const { id: customer } = await on.customer(april);
  const items = [{ price: on.monthly, quantity: 10 }];
  return on.client.subscriptions.create({ customer, items, discounts: [{ coupon: used }] });
}

const change = (subscription: Stripe.Subscription, quantity: number, days: number) => ({
  items: [{ id: subscription.items.data[0]?.id ?? "", quantity }],
  proration_behavior: "always_invoice" as const,
  proration_date: seconds(april) + days * day,
});

async function preview(subscription: Stripe.Subscription, quantity: number, days: number) {
  const details = change(subscription, quantity, days);
  const params = { subscription: subscription.id, subscription_details: details };
  return (await on.client.invoices.createPreview(params)).lines.data;
}

test.each([
  { off: { percent_off: 50 }, back: -2_500, hand: "half of the month of 5,000" },
  { off: { amount_off: 4_000, currency: "usd" }, back: -3_000, hand: "half of the month of 6,000" },
  { off: { percent_off: 100 }, back: 0, hand: "nothing of nothing" },
])(
  "seats that were paid with a discount return $hand after it has ended, and fewer are charged at their price",
  async ({ off, back }) => {
    const subscription = await subscribe({ duration: "once", ...off });
    const lines = await preview(subscription, 4, 15);
    expect(lines.map(({ amount }) => amount + 0)).toEqual([back, 2_000]);
  },
);

test("a second change returns what the first one charged", async () => {
  const subscription = await subscribe({ duration: "once", percent_off: 50 });
  const customer = await on.client.customers.retrieve(subscription.customer as string);
  if (customer.deleted) throw new Error("no customer");
  await on.advance(customer.test_clock as string, seconds(april) + 15 * day);
  await on.client.subscriptions.update(subscription.id, change(subscription, 4, 15));
  expect((await preview(subscription, 1, 20)).map(({ amount }) => amount)).toEqual([-1_333, 333]);
});

test("a credit names the invoice and the line of which it is part", async () => {
  const subscription = await subscribe({ duration: "once", percent_off: 50 });
  const [first] = (await on.client.invoices.list({ subscription: subscription.id })).data;
  const [credit] = await preview(subscription, 4, 15);
  const { invoice_item_details: item, subscription_item_details: seats } = credit?.parent ?? {};
  const credited = (item ?? seats)?.proration_details?.credited_items;
  expect(credited).toEqual({ invoice: first?.id, invoice_line_items: [first?.lines.data[0]?.id] });
});

test("a refund without a credit note returns what is left, and never more", async () => {
  const subscription = await subscribe({ duration: "once", percent_off: 50 });
  const [paid] = (await on.client.invoices.list({ subscription: subscription.id })).data;
  const intent = `pi_${paid?.id?.slice(3)}`;
  const refund = (amount?: number) => on.client.refunds.create({ payment_intent: intent, ...(amount && { amount }) });
  expect(await refund(1_000)).toMatchObject({ amount: 1_000, status: "succeeded" });
  await expect(refund(4_001)).rejects.toThrow("greater than unrefunded amount");
  expect(await refund()).toMatchObject({ amount: 4_000 });
  await expect(refund()).rejects.toMatchObject({ code: "charge_already_refunded" });
  const expand = ["data.payment.payment_intent.latest_charge"];
  const { data } = await on.client.invoicePayments.list({ invoice: paid?.id ?? "", expand });
  expect(data).toMatchObject([{ payment: { payment_intent: { latest_charge: { amount_refunded: 5_000 } } } }]);
});

test("a credit note lowers what an open invoice wants, and returns only what was paid", async () => {
  const { id: customer } = await on.customer(april);
  const created = await on.client.subscriptions.create({
    customer,
    items: [{ price: on.monthly, quantity: 10 }],
    payment_behavior: "default_incomplete",
  });
  const invoice =
    typeof created.latest_invoice === "string" ? created.latest_invoice : (created.latest_invoice?.id ?? "");
  const lowered = await on.client.creditNotes.create({ invoice, amount: 1_000 });
  expect(lowered).toMatchObject({ amount: 1_000, pre_payment_amount: 1_000, post_payment_amount: 0 });
  expect(await on.client.invoices.retrieve(invoice)).toMatchObject({
    total: 10_000,
    amount_due: 9_000,
    amount_remaining: 9_000,
    pre_payment_credit_notes_amount: 1_000,
    post_payment_credit_notes_amount: 0,
  });
  expect(await on.client.invoices.pay(invoice)).toMatchObject({ amount_paid: 9_000 });
  const returned = await on.client.creditNotes.create({ invoice, amount: 9_000, refund_amount: 9_000 });
  expect(returned).toMatchObject({ pre_payment_amount: 0, post_payment_amount: 9_000, type: "post_payment" });
  const one = { invoice, amount: 1, refund_amount: 1 };
  await expect(on.client.creditNotes.create(one)).rejects.toThrow("can still be credited");
});

test("an open invoice of which a credit note leaves nothing is paid, and nobody has paid for it", async () => {
  const { id: customer } = await on.customer(april);
  const { latest_invoice: found } = await on.client.subscriptions.create({
    customer,
    items: [{ price: on.monthly, quantity: 10 }],
    payment_behavior: "default_incomplete",
  });
  const invoice = typeof found === "string" ? found : (found?.id ?? "");
  await on.client.creditNotes.create({ invoice, amount: 10_000 });
  expect(await on.client.invoices.retrieve(invoice)).toMatchObject({ status: "paid", amount_paid: 0 });
});
