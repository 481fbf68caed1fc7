import type Stripe from "stripe";
import { expect, test } from "vitest";
import { isReal, refusalOf, seconds } from "./stripe.testing.ts";
import { withMonthly } from "./with-contract.testing.ts";

// Subscriptions whose invoices are sent, and paid by hand: https://docs.stripe.com/billing/collection-method

const april = "2027-04-01T00:00:00Z";
const day = 86_400;
const hour = 3_600;
const sent = { collection_method: "send_invoice", days_until_due: 14 } as const;

const on = withMonthly();

/** A card that pays is there, and is charged nothing. */
async function subscribe(params: Partial<Stripe.SubscriptionCreateParams> = sent, quantity = 5) {
  const { id: customer, clock } = await on.customer(april);
  const items = [{ price: on.monthly, quantity }];
  const { id, items: made } = await on.client.subscriptions.create({ customer, items, ...params });
  return { customer, clock, id, item: made.data[0]?.id ?? "" };
}

type Subscribed = Awaited<ReturnType<typeof subscribe>>;
const invoicesOf = async ({ customer }: Subscribed) => (await on.client.invoices.list({ customer })).data;
const statusOf = async ({ id }: Subscribed) => (await on.client.subscriptions.retrieve(id)).status;

async function newestOf(subscribed: Subscribed) {
  const [newest] = await invoicesOf(subscribed);
  if (!newest?.id) throw new Error("no invoice");
  return { ...newest, id: newest.id };
}

const grow = ({ id, item }: Subscribed, quantity: number) =>
  on.client.subscriptions.update(id, { items: [{ id: item, quantity }], proration_behavior: "always_invoice" });

/** The first invoice is paid. */
async function paid() {
  const one = await subscribe();
  const { id } = await newestOf(one);
  await on.client.invoices.finalizeInvoice(id, { auto_advance: true });
  await on.client.invoices.pay(id);
  return one;
}

test("it is active at once, and its invoice is a draft for an hour, then open until somebody pays it", async () => {
  const one = await subscribe();
  expect(await statusOf(one)).toBe("active");
  expect(await newestOf(one)).toMatchObject({ status: "draft", collection_method: "send_invoice", amount_paid: 0 });
  await on.advance(one.clock, seconds(april) + 2 * hour);
  const open = await newestOf(one);
  expect(open).toMatchObject({ status: "open", attempted: false, next_payment_attempt: null, amount_paid: 0 });
  expect(open.due_date).toBeGreaterThanOrEqual(seconds(april) + 14 * day);
  expect(open.due_date).toBeLessThanOrEqual(seconds(april) + 14 * day + 2 * hour);
  expect(open.hosted_invoice_url).toMatch(/^https?:/);
  await on.client.invoices.pay(open.id);
  expect(await newestOf(one)).toMatchObject({ status: "paid", amount_paid: 5_000 });
});

test("one that is not paid when it is due makes the subscription past due, and its payment makes it active", async () => {
  const one = await paid();
  await on.advance(one.clock, seconds("2027-05-02T00:00:00Z"));
  expect(await newestOf(one)).toMatchObject({ status: "open", billing_reason: "subscription_cycle" });
  expect(await statusOf(one)).toBe("active");
  await on.advance(one.clock, seconds("2027-05-16T00:00:00Z"));
  expect(await statusOf(one)).toBe("past_due");
  await on.client.invoices.pay((await newestOf(one)).id);
  expect(await statusOf(one)).toBe("active");
});

test("no change waits for its payment: it is made at once, and its invoice is a draft that can be finalized", async () => {
  const one = await paid();
  const items = [{ id: one.item, quantity: 8 }];
  const refusal = await refusalOf(
    on.client.subscriptions.update(one.id, {
      items,
      proration_behavior: "always_invoice",
      payment_behavior: "pending_if_incomplete",
    }),
  );
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  await on.advance(one.clock, seconds("2027-04-16T00:00:00Z"));
  const { items: after, pending_update } = await grow(one, 8);
  expect([after.data[0]?.quantity, pending_update]).toEqual([8, null]);
  const draft = await newestOf(one);
  expect(draft).toMatchObject({ status: "draft", billing_reason: "subscription_update", total: 1_500 });
  expect(await on.client.invoices.finalizeInvoice(draft.id, { auto_advance: true })).toMatchObject({ status: "open" });
  expect(await refusalOf(on.client.invoices.finalizeInvoice(draft.id))).toMatchObject({ status: 400 });
  expect(await statusOf(one)).toBe("active");
});

test("a void invoice is owed no more, and what it took from the balance returns", async () => {
  const one = await paid();
  await on.client.subscriptions.update(one.id, {
    items: [{ id: one.item, quantity: 2 }],
    proration_behavior: "always_invoice",
  });
  await on.advance(one.clock, seconds(april) + 2 * hour);
  const balanceOf = async () => {
    const customer = await on.client.customers.retrieve(one.customer);
    return customer.deleted ? 0 : customer.balance;
  };
  const credit = await balanceOf();
  expect(credit).toBeLessThan(-2_900);
  await grow(one, 6);
  const { id } = await newestOf(one);
  expect(await on.client.invoices.finalizeInvoice(id)).toMatchObject({ starting_balance: credit, ending_balance: 0 });
  await on.advance(one.clock, seconds(april) + 20 * day);
  expect(await statusOf(one)).toBe("past_due");
  expect(await on.client.invoices.voidInvoice(id)).toMatchObject({ status: "void" });
  expect(await balanceOf()).toBe(credit);
});

test("one that is marked as uncollectible can still be paid, or be voided", async () => {
  const one = await subscribe();
  const { id } = await newestOf(one);
  await on.client.invoices.finalizeInvoice(id);
  expect(await on.client.invoices.markUncollectible(id)).toMatchObject({ status: "uncollectible" });
  expect(await on.client.invoices.pay(id)).toMatchObject({ status: "paid" });
  await on.advance(one.clock, seconds(april) + day);
  await grow(one, 6);
  const { id: other } = await newestOf(one);
  await on.client.invoices.finalizeInvoice(other);
  await on.client.invoices.markUncollectible(other);
  expect(await on.client.invoices.voidInvoice(other)).toMatchObject({ status: "void" });
});

test("a subscription is turned to it, and back; days are for it alone", async () => {
  const one = await subscribe({});
  expect(await on.client.subscriptions.update(one.id, sent)).toMatchObject(sent);
  const preview = await on.client.invoices.createPreview({ subscription: one.id });
  expect(preview).toMatchObject({ collection_method: "send_invoice", next_payment_attempt: null });
  const back = await on.client.subscriptions.update(one.id, { collection_method: "charge_automatically" });
  expect(back).toMatchObject({ collection_method: "charge_automatically", days_until_due: null });
  const refusal = await refusalOf(on.client.subscriptions.update(one.id, { days_until_due: 14 }));
  expect(refusal).toMatchObject({ status: 400 });
});

test.skipIf(isReal)("it is paid on its page", async () => {
  const one = await subscribe();
  const { id } = await newestOf(one);
  const { hosted_invoice_url: url } = await on.client.invoices.finalizeInvoice(id);
  const card = new URLSearchParams({ card: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" });
  await fetch(url ?? "", { method: "POST", body: card });
  expect(await newestOf(one)).toMatchObject({ status: "paid" });
});
