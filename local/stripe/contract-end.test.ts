import { expect, test } from "vitest";
import { withMonthly } from "./with-contract.testing.ts";

// What ends before it is charged: discounts, and subscriptions whose prorations still wait for an invoice.

const april = "2027-04-01T00:00:00Z";
const day = 86_400;
const hour = 3_600;

const on = withMonthly();

/** Ten seats of $10 for April, from which another number is made in the middle of the month, for the next invoice. */
async function subscribe(quantity?: number) {
  const customer = await on.customer(april);
  const items = [{ price: on.monthly, quantity: 10 }];
  const { id, items: made } = await on.client.subscriptions.create({ customer: customer.id, items });
  const [item] = made.data;
  if (!item) throw new Error("no item");
  await on.advance(customer.clock, item.current_period_start + 15 * day);
  if (quantity !== undefined) {
    const change = { items: [{ id: item.id, quantity }], proration_behavior: "create_prorations" as const };
    await on.client.subscriptions.update(id, change);
  }
  const newest = async () => (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data[0];
  const balance = async () => (await on.client.customers.retrieve(customer.id)) as { balance?: number };
  return { customer, id, end: item.current_period_end, newest, balance };
}

test("a discount that ends with the period is not on the upcoming invoice, as it is not on the renewal", async () => {
  const { id: coupon } = await on.client.coupons.create({
    percent_off: 50,
    duration: "repeating",
    duration_in_months: 1,
  });
  const customer = await on.customer(april);
  const items = [{ price: on.monthly, quantity: 10 }];
  const subscription = await on.client.subscriptions.create({
    customer: customer.id,
    items,
    discounts: [{ coupon }],
    expand: ["latest_invoice"],
  });
  expect(subscription.latest_invoice).toMatchObject({ total: 5_000 });
  const shown = await on.client.invoices.createPreview({ subscription: subscription.id });
  await on.advance(customer.clock, (subscription.items.data[0]?.current_period_end ?? 0) + 2 * hour);
  const [renewal] = (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect([shown.total, renewal?.total]).toEqual([10_000, 10_000]);
});

test("a discount that lasts is on the upcoming invoice", async () => {
  const { id: coupon } = await on.client.coupons.create({
    percent_off: 50,
    duration: "repeating",
    duration_in_months: 2,
  });
  const { id } = await subscribe();
  await on.client.subscriptions.update(id, { discounts: [{ coupon }] });
  expect(await on.client.invoices.createPreview({ subscription: id })).toMatchObject({ total: 5_000 });
});

test.each([
  { quantity: 4, total: -3_000, paid: 0, balance: -3_000, what: "a credit goes to the customer's balance" },
  { quantity: 14, total: 2_000, paid: 2_000, balance: 0, what: "a charge is paid" },
])("a subscription that ends with its period has a last invoice: $what", async ({ quantity, total, paid, balance }) => {
  const one = await subscribe(quantity);
  await on.client.subscriptions.update(one.id, { cancel_at_period_end: true });
  const shown = await on.client.invoices.createPreview({ subscription: one.id });
  await on.advance(one.customer.clock, one.end + 2 * hour);
  expect(await on.client.subscriptions.retrieve(one.id)).toMatchObject({ status: "canceled" });
  expect(await one.newest()).toMatchObject({ total, amount_paid: paid, status: "paid" });
  expect(shown).toMatchObject({ total, created: one.end });
  expect(await one.balance()).toMatchObject({ balance });
});

test("a subscription that ends at once has no last invoice, and what waited is dropped", async () => {
  const one = await subscribe(4);
  const before = await one.newest();
  await on.client.subscriptions.cancel(one.id);
  await on.advance(one.customer.clock, one.end + 2 * hour);
  expect((await one.newest())?.id).toBe(before?.id);
  expect(await one.balance()).toMatchObject({ balance: 0 });
});

test.each([
  { params: { invoice_now: true, prorate: false }, total: -3_000, what: "what waited" },
  { params: { invoice_now: true, prorate: true }, total: -5_000, what: "what waited, and the time that is left" },
])("a subscription that ends at once can have a last invoice for $what", async ({ params, total }) => {
  const one = await subscribe(4);
  const proration_behavior = params.prorate ? "create_prorations" : "none";
  const details = { subscription: one.id, subscription_details: { cancel_now: true, proration_behavior } } as const;
  expect(await on.client.invoices.createPreview(details)).toMatchObject({ total });
  await on.client.subscriptions.cancel(one.id, params);
  expect(await one.newest()).toMatchObject({ total, status: "paid" });
  expect(await one.balance()).toMatchObject({ balance: total });
});

test("a credit that was not invoiced at the end stays with its subscription, and is not on the invoice of another", async () => {
  const one = await subscribe();
  await on.client.subscriptions.cancel(one.id, { prorate: true });
  const items = [{ price: on.monthly, quantity: 1 }];
  const next = await on.client.subscriptions.create({
    customer: one.customer.id,
    items,
    expand: ["latest_invoice"],
  });
  expect(next.latest_invoice).toMatchObject({ total: 1_000 });
  expect(await one.balance()).toMatchObject({ balance: 0 });
});
