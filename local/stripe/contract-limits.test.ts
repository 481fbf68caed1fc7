import { expect, test } from "vitest";
import { isReal, openStripe, refusalOf, seconds } from "./stripe.testing.ts";
import { withMonthly } from "./with-contract.testing.ts";

// What Stripe refuses, and amounts that it does not charge. The decision about the stand-in names sources, and what has
// none.

const april = "2027-04-01T00:00:00Z";
const hour = 3_600;

const on = withMonthly();

async function subscribe(quantity: number, price = on.monthly) {
  const customer = await on.customer(april);
  const items = [{ price, quantity }];
  const subscription = await on.client.subscriptions.create({ customer: customer.id, items });
  return { customer, id: subscription.id, item: subscription.items.data[0]?.id ?? "", subscription };
}

async function priceIn(currency: string) {
  const { id: product } = await on.client.products.create({ name: "Seats" });
  const recurring = { interval: "month" as const };
  return (await on.client.prices.create({ product, currency, unit_amount: 1_000, recurring })).id;
}

const grow = (id: string, item: string, quantity: number) =>
  on.client.subscriptions.update(id, {
    items: [{ id: item, price: on.monthly, quantity }],
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
  });

test("a price of another currency is refused, for a subscription and beside one", async () => {
  const { id, item, customer } = await subscribe(2);
  const euros = await priceIn("eur");
  const change = on.client.subscriptions.update(id, { items: [{ id: item, price: euros, quantity: 2 }] });
  expect(await refusalOf(change)).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  const second = on.client.subscriptions.create({ customer: customer.id, items: [{ price: euros, quantity: 1 }] });
  expect(await refusalOf(second)).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("an archived price stays where it is, and is refused for something new", async () => {
  const price = await on.price(700);
  const { id, item } = await subscribe(2, price);
  await on.client.prices.update(price, { active: false });
  const more = await on.client.subscriptions.update(id, { items: [{ id: item, quantity: 3 }] });
  expect(more.items.data[0]).toMatchObject({ quantity: 3 });
  const { id: customer } = await on.customer(april);
  const refusal = await refusalOf(on.client.subscriptions.create({ customer, items: [{ price, quantity: 1 }] }));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("an archived price is charged again where it is, and nothing is moved to it, neither later nor on Stripe's page", async () => {
  const archived = await on.price(700);
  const { id, item, customer } = await subscribe(2, archived);
  const other = await subscribe(2);
  await on.client.prices.update(archived, { active: false });
  const details = { items: [{ id: item, quantity: 3 }] };
  const preview = await on.client.invoices.createPreview({ subscription: id, subscription_details: details });
  expect(preview.total).toBeGreaterThan(0);
  await on.advance(customer.clock, seconds("2027-05-01T02:00:00Z"));
  const [renewal] = (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(renewal).toMatchObject({ billing_reason: "subscription_cycle", total: 1_400, status: "paid" });
  const items = [{ id: other.item, price: archived, quantity: 2 }];
  const moves = on.client.subscriptions.update(other.id, { items });
  expect(await refusalOf(moves)).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  const session = on.client.checkout.sessions.create({
    customer: other.customer.id,
    mode: "subscription",
    success_url: "https://muster.example/done",
    line_items: [{ price: archived, quantity: 1 }],
  });
  expect(await refusalOf(session)).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("items are known by their ids, wherever they stand, and each keeps its own after a change of another", async () => {
  const { id, item } = await subscribe(2);
  const [second, third] = [await on.price(700), await on.price(300)];
  const added = [second, third].map((price) => ({ price, quantity: 1 }));
  const { items } = await on.client.subscriptions.update(id, { items: added });
  const byId = (all: typeof items) => Object.fromEntries(all.data.map((one) => [one.id, one.price.id]));
  expect(Object.values(byId(items)).toSorted()).toEqual([on.monthly, second, third].toSorted());
  const changed = await on.client.subscriptions.update(id, { items: [{ id: item, quantity: 5 }] });
  expect(byId(changed.items)).toEqual(byId(items));
  const quantities = Object.fromEntries(changed.items.data.map((one) => [one.price.id, one.quantity]));
  expect(quantities).toEqual({ [on.monthly]: 5, [second]: 1, [third]: 1 });
  const read = await on.client.subscriptions.retrieve(id);
  expect(byId(read.items)).toEqual(byId(items));
});

test("a parameter that names an unknown customer is a bad request", async () => {
  const items = [{ price: on.monthly, quantity: 1 }];
  const unknown = { code: "resource_missing", param: "customer", status: 400 };
  const customer = "cus_nobody";
  expect(await refusalOf(on.client.subscriptions.create({ customer, items }))).toMatchObject(unknown);
  expect(
    await refusalOf(on.client.billingPortal.sessions.create({ customer, return_url: "https://muster.example" })),
  ).toMatchObject(unknown);
  expect(await refusalOf(on.client.customers.update(customer, { name: "Ada" }))).toMatchObject({ status: 404 });
});

test("a detached card neither pays nor comes back", async () => {
  const { id, item, customer } = await subscribe(2);
  const [card] = (await on.client.customers.listPaymentMethods(customer.id)).data;
  await on.client.paymentMethods.detach(card?.id ?? "");
  const again = on.client.paymentMethods.attach(card?.id ?? "", { customer: customer.id });
  expect(await refusalOf(again)).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  const [grown] = await Promise.allSettled([grow(id, item, 5)]);
  const isPending = grown.status === "fulfilled" && grown.value.pending_update !== null;
  const refusal = grown.status === "rejected" ? await refusalOf(Promise.reject(grown.reason)) : undefined;
  expect(["StripeCardError", "StripeInvalidRequestError"]).toContain(isPending ? "StripeCardError" : refusal?.type);
  expect((await on.client.subscriptions.retrieve(id)).items.data[0]).toMatchObject({ quantity: 2 });
});

test("an amount of more than eight digits is not charged, and nothing is changed", async () => {
  const { id, item } = await subscribe(2);
  const refusal = await refusalOf(grow(id, item, 200_000));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ pending_update: null });
  expect((await on.client.subscriptions.retrieve(id)).items.data[0]).toMatchObject({ quantity: 2 });
});

test("an invoice of less than the minimum is paid at once, and the balance owes it", async () => {
  const cents = await on.price(20);
  const { subscription, customer } = await subscribe(1, cents);
  const { data } = await on.client.invoices.list({ customer: customer.id });
  const small = { status: "paid", total: 20, amount_due: 0, ending_balance: 20 };
  expect(data).toMatchObject([small]);
  expect(await on.client.customers.retrieve(customer.id)).toMatchObject({ balance: 20 });
  const next = await on.client.invoices.createPreview({ subscription: subscription.id });
  expect(next).toMatchObject({ total: 20, starting_balance: 20, amount_due: 0 });
  const items = [{ id: subscription.items.data[0]?.id ?? "", price: cents, quantity: 2 }];
  const more = {
    subscription: subscription.id,
    subscription_details: { items, proration_behavior: "none" as const },
  };
  expect(await on.client.invoices.createPreview(more)).toMatchObject({ total: 40, amount_due: 60 });
});

test("a change that waits for its payment ends with the period, and its metadata joins what was added since", async () => {
  const { id, item, customer, subscription } = await subscribe(2);
  const fails = await on.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  await on.client.customers.update(customer.id, { invoice_settings: { default_payment_method: fails.id } });
  const end = subscription.items.data[0]?.current_period_end ?? 0;
  await on.advance(customer.clock, end - 2 * hour);
  const waiting = await on.client.subscriptions.update(id, {
    items: [{ id: item, price: on.monthly, quantity: 2_000 }],
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
    metadata: { seat_op: "1" },
  });
  expect(waiting.pending_update?.expires_at).toBe(end);
  await on.client.subscriptions.update(id, { metadata: { organizationId: "org_1" } });
  const invoice = typeof waiting.latest_invoice === "string" ? waiting.latest_invoice : waiting.latest_invoice?.id;
  await on.advance(customer.clock, end + 60);
  expect(await on.client.invoices.retrieve(invoice ?? "")).toMatchObject({ status: "void" });
  const renewed = await on.client.subscriptions.retrieve(id);
  expect(renewed).toMatchObject({ pending_update: null, metadata: { organizationId: "org_1" } });
  const [renewal] = (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(renewal).toMatchObject({ status: "draft", total: 2_000 });
});

test("metadata of a change that waits is merged when it is paid", async () => {
  const { id, item, customer } = await subscribe(2);
  const fails = await on.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  await on.client.customers.update(customer.id, { invoice_settings: { default_payment_method: fails.id } });
  const waiting = await on.client.subscriptions.update(id, {
    items: [{ id: item, price: on.monthly, quantity: 3 }],
    proration_behavior: "always_invoice",
    payment_behavior: "pending_if_incomplete",
    metadata: { seat_op: "1" },
  });
  await on.client.subscriptions.update(id, { metadata: { organizationId: "org_1" } });
  const invoice = typeof waiting.latest_invoice === "string" ? waiting.latest_invoice : waiting.latest_invoice?.id;
  const pays = await on.client.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  await on.client.invoices.pay(invoice ?? "", { payment_method: pays.id });
  const made = await on.client.subscriptions.retrieve(id);
  expect(made).toMatchObject({ pending_update: null, metadata: { organizationId: "org_1", seat_op: "1" } });
  expect(made.items.data[0]).toMatchObject({ quantity: 3 });
});

test("a change that an account at a bank pays cannot wait for its payment, and is made at once", async () => {
  const { id, item, customer } = await subscribe(2);
  const account = await on.client.paymentMethods.attach("pm_usBankAccount_success", { customer: customer.id });
  await on.client.subscriptions.update(id, { default_payment_method: account.id });
  expect(await refusalOf(grow(id, item, 3))).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  const made = await on.client.subscriptions.update(id, {
    items: [{ id: item, price: on.monthly, quantity: 3 }],
    proration_behavior: "always_invoice",
    payment_behavior: "error_if_incomplete",
  });
  expect(made).toMatchObject({ status: "active", pending_update: null, items: { data: [{ quantity: 3 }] } });
  const [invoice] = (await on.client.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(invoice).toMatchObject({ status: "open", amount_due: 1_000 });
});

test("a change is dropped after 23 hours although a bank processes its payment, which then arrives for nothing", async () => {
  const { id, item, customer } = await subscribe(2);
  const fails = await on.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  await on.client.subscriptions.update(id, { default_payment_method: fails.id });
  const waiting = await grow(id, item, 3);
  const invoice = typeof waiting.latest_invoice === "string" ? waiting.latest_invoice : waiting.latest_invoice?.id;
  const account = await on.client.paymentMethods.attach("pm_usBankAccount_success", { customer: customer.id });
  await on.client.invoices.pay(invoice ?? "", { payment_method: account.id });
  await on.advance(customer.clock, (waiting.pending_update?.expires_at ?? 0) + 60);
  expect(await on.client.subscriptions.retrieve(id)).toMatchObject({ pending_update: null });
  await on.advance(customer.clock, (waiting.pending_update?.expires_at ?? 0) + 5 * 24 * hour);
  expect(await on.client.invoices.retrieve(invoice ?? "")).toMatchObject({ status: "paid", amount_paid: 1_000 });
  const after = await on.client.subscriptions.retrieve(id);
  expect(after).toMatchObject({ status: "active", items: { data: [{ quantity: 2 }] } });
});

test.skipIf(isReal)("events can be read for 30 days", async () => {
  let clock = Date.parse(april);
  const server = await openStripe({ now: () => clock });
  await server.stripe.customers.create({});
  const [event] = (await server.stripe.events.list()).data;
  clock += 30 * 86_400_000 - 1_000;
  expect((await server.stripe.events.list()).data).toHaveLength(1);
  clock += 2_000;
  expect((await server.stripe.events.list()).data).toEqual([]);
  expect(await refusalOf(server.stripe.events.retrieve(event?.id ?? ""))).toMatchObject({ code: "resource_missing" });
  await server.stop();
});
