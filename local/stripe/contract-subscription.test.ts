import type Stripe from "stripe";
import { expect, test } from "vitest";
import { isReal, refusalOf, seconds } from "./stripe.testing.ts";
import { withMonthly } from "./with-contract.testing.ts";

const april = "2027-04-01T00:00:00Z";
const day = 86_400;
const hours = 3_600;

const on = withMonthly();

async function subscribe(quantity = 5, params: Partial<Stripe.SubscriptionCreateParams> = {}, card?: string) {
  const customer = await on.customer(april, card);
  const items = [{ price: on.monthly, quantity }];
  const subscription = await on.client.subscriptions.create({ customer: customer.id, items, ...params });
  const [item] = subscription.items.data;
  if (!item) throw new Error("no item");
  return { customer, clock: customer.clock, id: subscription.id, subscription, item };
}

/** From now on every payment of the customer fails, or needs its holder. */
async function setCard(customer: string, card: string) {
  const method = await on.client.paymentMethods.attach(card, { customer });
  await on.client.customers.update(customer, { invoice_settings: { default_payment_method: method.id } });
}

const latestInvoice = async (customer: string) => {
  const [invoice] = (await on.client.invoices.list({ customer, limit: 1 })).data;
  if (!invoice) throw new Error("no invoice");
  return invoice;
};

test("a subscription is active once its first invoice is paid; the item has the period", async () => {
  const { subscription, item, customer } = await subscribe();
  expect(subscription).toMatchObject({ status: "active", currency: "usd", cancel_at_period_end: false });
  expect(subscription.billing_mode.type).toBe("flexible");
  expect(item).toMatchObject({
    quantity: 5,
    current_period_start: seconds(april),
    current_period_end: seconds("2027-05-01T00:00:00Z"),
  });
  expect(subscription).not.toHaveProperty("current_period_end");
  const invoice = await latestInvoice(customer.id);
  expect(invoice).toMatchObject({ status: "paid", total: 5_000, billing_reason: "subscription_create" });
  expect(invoice.parent?.subscription_details?.subscription).toBe(subscription.id);
  expect(invoice.hosted_invoice_url).toMatch(/^https?:/);
  expect(invoice.invoice_pdf).toMatch(/^https?:/);
});

test("nothing begins without a card", async () => {
  const { id: customer } = await on.client.customers.create({});
  const items = [{ price: on.monthly, quantity: 1 }];
  const refusal = await refusalOf(on.client.subscriptions.create({ customer, items }));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", code: "resource_missing", status: 400 });
});

test("a first payment that fails leaves it incomplete, and it expires", async () => {
  const { subscription, clock, id } = await subscribe(5, {}, "pm_card_chargeCustomerFail");
  expect(subscription.status).toBe("incomplete");
  await on.advance(clock, seconds(april) + 24 * hours);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "incomplete_expired" });
});

test("a first payment that must not fail is refused completely", async () => {
  const customer = await on.customer(april, "pm_card_chargeCustomerFail");
  const items = [{ price: on.monthly, quantity: 1 }];
  const params = { customer: customer.id, items, payment_behavior: "error_if_incomplete" as const };
  expect(await refusalOf(on.client.subscriptions.create(params))).toMatchObject({
    type: "StripeCardError",
    code: "card_declined",
  });
  expect((await on.client.subscriptions.list({ customer: customer.id, status: "all" })).data).toEqual([]);
});

test("it renews from period to period, and returns to the 31st after a shorter month", async () => {
  const customer = await on.customer("2027-01-31T00:00:00Z");
  const items = [{ price: on.monthly, quantity: 2 }];
  const { id } = await on.client.subscriptions.create({ customer: customer.id, items });
  const ends = async () => (await on.client.subscriptions.retrieve(id)).items.data[0]?.current_period_end;
  expect(await ends()).toBe(seconds("2027-02-28T00:00:00Z"));
  await on.advance(customer.clock, seconds("2027-02-28T03:00:00Z"));
  expect(await ends()).toBe(seconds("2027-03-31T00:00:00Z"));
  expect(await latestInvoice(customer.id)).toMatchObject({
    billing_reason: "subscription_cycle",
    amount_paid: 2_000,
  });
});

test("a trial costs nothing, then becomes active with the first payment", async () => {
  const { subscription, clock, id, customer } = await subscribe(5, { trial_period_days: 14 });
  expect(subscription).toMatchObject({ status: "trialing", trial_end: seconds(april) + 14 * day });
  expect(await latestInvoice(customer.id)).toMatchObject({ total: 0, status: "paid" });
  await on.advance(clock, seconds(april) + 14 * day + 2 * hours);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "active" });
  expect(await latestInvoice(customer.id)).toMatchObject({ total: 5_000, status: "paid" });
});

test("changes of seats within a trial cost nothing yet", async () => {
  const { item, id, customer } = await subscribe(5, { trial_period_days: 14 });
  const items = [{ id: item.id, quantity: 9 }];
  await on.client.subscriptions.update(id, { items, proration_behavior: "always_invoice" });
  const invoices = await on.client.invoices.list({ customer: customer.id });
  expect(invoices.data.reduce((sum, { total }) => sum + total, 0)).toBe(0);
});

test("a renewal that is not paid is past due; once paid, it is active again", async () => {
  const { clock, id, item, customer } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  await on.advance(clock, item.current_period_end + 2 * hours);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "past_due" });
  const invoice = await latestInvoice(customer.id);
  expect(invoice).toMatchObject({ status: "open", attempted: true, amount_remaining: 5_000 });
  expect(await refusalOf(on.client.invoices.pay(invoice.id ?? ""))).toMatchObject({
    type: "StripeCardError",
    status: 402,
  });

  const good = await on.client.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  expect(await on.client.invoices.pay(invoice.id ?? "", { payment_method: good.id })).toMatchObject({
    status: "paid",
    amount_paid: 5_000,
  });
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "active" });
  expect(await refusalOf(on.client.invoices.pay(invoice.id ?? ""))).toMatchObject({ status: 400 });
});

test.skipIf(isReal)("it is canceled after failed payments on every day of the schedule", async () => {
  const { clock, id, item, customer } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  const at = item.current_period_end + hours;
  await on.advance(clock, at + 6 * day);
  expect(await latestInvoice(customer.id)).toMatchObject({ attempt_count: 3 });
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "past_due" });
  await on.advance(clock, at + 8 * day);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({
    status: "canceled",
    cancellation_details: { reason: "payment_failed" },
  });
});

test("canceled at the end of the period it runs until then; resumed it continues", async () => {
  const kept = await subscribe();
  const ended = await subscribe();
  for (const { id, item } of [kept, ended]) {
    expect(await on.client.subscriptions.update(id, { cancel_at_period_end: true })).toMatchObject({
      status: "active",
      cancel_at_period_end: true,
      cancel_at: item.current_period_end,
    });
  }
  const resumed = await on.client.subscriptions.update(kept.id, { cancel_at_period_end: false });
  expect(resumed).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null });
  for (const { clock, item } of [kept, ended]) await on.advance(clock, item.current_period_end + 2 * hours);
  expect(await on.client.subscriptions.retrieve(kept.id)).toMatchObject({ status: "active" });
  expect(await on.client.subscriptions.retrieve(ended.id)).toMatchObject({ status: "canceled" });
  expect((await on.client.invoices.list({ customer: ended.customer.id })).data).toHaveLength(1);
});

test("an end at another instant is chosen and removed by cancel_at; not both can be passed, and no past one", async () => {
  const { id, item } = await subscribe();
  const past = await refusalOf(on.client.subscriptions.update(id, { cancel_at: item.current_period_start - 60 }));
  expect(past).toMatchObject({ type: "StripeInvalidRequestError", param: "cancel_at" });
  const at = item.current_period_end - 10 * 24 * hours;
  const ending = { cancel_at_period_end: false, cancel_at: at };
  expect(await on.client.subscriptions.update(id, { cancel_at: at })).toMatchObject(ending);
  const refusal = await refusalOf(on.client.subscriptions.update(id, { cancel_at: at, cancel_at_period_end: true }));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError" });
  const resumed = await on.client.subscriptions.update(id, { cancel_at: "" });
  expect(resumed).toMatchObject({ cancel_at_period_end: false, cancel_at: null });
});

test("canceled at once it is over: not in the list, not changeable, not canceled twice", async () => {
  const { id, item, customer } = await subscribe();
  expect(await on.client.subscriptions.cancel(id)).toMatchObject({ status: "canceled" });
  expect((await on.client.subscriptions.list({ customer: customer.id })).data).toEqual([]);
  expect((await on.client.subscriptions.list({ customer: customer.id, status: "all" })).data).toHaveLength(1);
  const items = [{ id: item.id, quantity: 1 }];
  expect(await refusalOf(on.client.subscriptions.update(id, { items }))).toMatchObject({
    type: "StripeInvalidRequestError",
  });
  expect(await refusalOf(on.client.subscriptions.cancel(id))).toMatchObject({
    code: "resource_missing",
    status: 404,
  });
});

test("an increase that is not paid waits: nothing is granted until it is", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  await on.advance(clock, seconds(april) + 15 * day);
  const change = {
    items: [{ id: item.id, quantity: 8 }],
    proration_behavior: "always_invoice" as const,
    payment_behavior: "pending_if_incomplete" as const,
    proration_date: seconds(april) + 15 * day,
  };
  const waiting = await on.client.subscriptions.update(id, change);
  expect(waiting.items.data[0]?.quantity).toBe(5);
  expect(waiting.pending_update?.subscription_items?.[0]?.quantity).toBe(8);
  expect(waiting.status).toBe("active");
  const invoice = await latestInvoice(customer.id);
  expect(invoice).toMatchObject({ status: "open", amount_due: 1_500 });

  const good = await on.client.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await on.client.invoices.pay(invoice.id ?? "", { payment_method: good.id });
  const applied = await on.client.subscriptions.retrieve(id);
  expect(applied.items.data[0]?.quantity).toBe(8);
  expect(applied.pending_update).toBeNull();
});

test("an increase that waits too long is dropped, and its invoice is void", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  const items = [{ id: item.id, quantity: 8 }];
  const date = { proration_date: seconds(april) + day };
  await on.advance(clock, seconds(april) + day);
  await on.client.subscriptions.update(id, {
    items,
    ...date,
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
  });
  await on.advance(clock, seconds(april) + 3 * day);
  const after = await on.client.subscriptions.retrieve(id);
  expect(after.pending_update).toBeNull();
  expect(after.items.data[0]?.quantity).toBe(5);
  expect(await latestInvoice(customer.id)).toMatchObject({ status: "void" });
});

test("an increase that must be paid at once is refused completely if it is not", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  await on.advance(clock, seconds(april) + 15 * day);
  const items = [{ id: item.id, quantity: 8 }];
  const date = { proration_date: seconds(april) + 15 * day };
  const refusal = await refusalOf(
    on.client.subscriptions.update(id, {
      items,
      ...date,
      proration_behavior: "always_invoice",
      payment_behavior: "error_if_incomplete",
    }),
  );
  expect(refusal).toMatchObject({ type: "StripeCardError", status: 402 });
  expect((await on.client.subscriptions.retrieve(id)).items.data[0]?.quantity).toBe(5);
});

test("an increase that need not wait is granted, and unpaid it makes the subscription past due", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  await on.advance(clock, seconds(april) + 15 * day);
  const items = [{ id: item.id, quantity: 8 }];
  const date = { proration_date: seconds(april) + 15 * day };
  const changed = await on.client.subscriptions.update(id, { items, ...date, proration_behavior: "always_invoice" });
  expect(changed.items.data[0]?.quantity).toBe(8);
  expect(changed.status).toBe("past_due");
});

test("a decrease is made at once, even if an increase would wait", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_chargeCustomerFail");
  await on.advance(clock, seconds(april) + 15 * day);
  const items = [{ id: item.id, quantity: 2 }];
  const date = { proration_date: seconds(april) + 15 * day };
  const changed = await on.client.subscriptions.update(id, {
    items,
    ...date,
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
  });
  expect(changed.items.data[0]?.quantity).toBe(2);
  expect(changed.pending_update).toBeNull();
});

test("a proration date outside of the period is refused", async () => {
  const { id, item } = await subscribe();
  const change = { items: [{ id: item.id, quantity: 6 }], proration_date: item.current_period_end + 1 };
  const refusal = await refusalOf(
    on.client.subscriptions.update(id, { ...change, proration_behavior: "always_invoice" }),
  );
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("a card that must be authenticated leaves an increase waiting", async () => {
  const { id, item, customer, clock } = await subscribe();
  await setCard(customer.id, "pm_card_authenticationRequired");
  await on.advance(clock, seconds(april) + 15 * day);
  const items = [{ id: item.id, quantity: 8 }];
  const date = { proration_date: seconds(april) + 15 * day };
  const waiting = await on.client.subscriptions.update(id, {
    items,
    ...date,
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
  });
  expect(waiting.pending_update).not.toBeNull();
  const invoice = await latestInvoice(customer.id);
  expect(await refusalOf(on.client.invoices.pay(invoice.id ?? ""))).toMatchObject({
    type: "StripeCardError",
    code: "invoice_payment_intent_requires_action",
  });
});

test("a new subscription is previewed with its discount", async () => {
  const customer = await on.customer(april);
  const coupon = await on.client.coupons.create({ percent_off: 50, duration: "once" });
  const preview = await on.client.invoices.createPreview({
    customer: customer.id,
    subscription_details: { items: [{ price: on.monthly, quantity: 7 }] },
    discounts: [{ coupon: coupon.id }],
  });
  expect(preview).toMatchObject({ subtotal: 7_000, total: 3_500, amount_due: 3_500 });
});

test("a subscription that ends has no upcoming invoice", async () => {
  const { id } = await subscribe();
  await on.client.subscriptions.update(id, { cancel_at_period_end: true });
  const refusal = await refusalOf(on.client.invoices.createPreview({ subscription: id }));
  expect(refusal).toMatchObject({ code: "invoice_upcoming_none", status: 404 });
});

test("one that ends within its period has none, either", async () => {
  const { id, item } = await subscribe();
  await on.client.subscriptions.update(id, { cancel_at: item.current_period_end - 60, proration_behavior: "none" });
  const refusal = await refusalOf(on.client.invoices.createPreview({ subscription: id }));
  expect(refusal).toMatchObject({ code: "invoice_upcoming_none", status: 404 });
});

test("an upcoming invoice is of the end of the period, and is paid an hour later", async () => {
  const { id, item } = await subscribe();
  const preview = await on.client.invoices.createPreview({ subscription: id });
  const { current_period_end: end } = item;
  expect(preview).toMatchObject({
    created: end,
    period_end: end,
    next_payment_attempt: end + 3_600,
    status: "draft",
  });
  expect(preview.lines.data).toMatchObject([{ amount: 5_000, quantity: 5, period: { start: end } }]);
});

test("deleting a customer ends its subscription", async () => {
  const { id, customer } = await subscribe();
  await on.client.customers.del(customer.id);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ status: "canceled" });
});

test("a renewal is a draft for an hour, and includes what the customer has by then", async () => {
  const { id, item, clock, customer } = await subscribe();
  await on.advance(clock, item.current_period_end + 60);
  expect(await latestInvoice(customer.id)).toMatchObject({ status: "draft", total: 5_000 });
  const [renewal] = (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  const renewed = (await on.client.subscriptions.retrieve(id)).items.data[0]?.current_period_start ?? 0;
  const change = { items: [{ id: item.id, quantity: 2 }], proration_date: renewed };
  await on.client.subscriptions.update(id, { ...change, proration_behavior: "always_invoice" });
  await on.advance(clock, item.current_period_end + 2 * hours);
  const paid = await on.client.invoices.retrieve(renewal?.id ?? "");
  expect(paid).toMatchObject({ status: "paid", starting_balance: -3_000, amount_paid: 2_000, ending_balance: 0 });
});

test("objects with a test clock are listed only on request", async () => {
  const { id, clock } = await subscribe();
  const all = await on.client.subscriptions.list({ status: "all", limit: 100 });
  expect(all.data.map((one) => one.id)).not.toContain(id);
  expect((await on.client.subscriptions.list({ test_clock: clock })).data.map((one) => one.id)).toEqual([id]);
});
