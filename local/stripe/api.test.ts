import Stripe from "stripe";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import type { Fault } from "./fault.ts";
import { liveRates } from "./limit.ts";
import { startStripe } from "./server.ts";
import { clientOf, openStripe, refusalOf } from "./stripe.testing.ts";

type Server = Awaited<ReturnType<typeof openStripe>>;

const start = Date.parse("2027-04-01T00:00:00Z");
let clock: number;
let server: Server;
let stripe: Stripe;

beforeEach(async () => {
  clock = start;
  server = await openStripe({ now: () => clock });
  stripe = server.stripe;
});

afterEach(async () => {
  server.verify();
  await server.stop();
});

async function subscribe(quantity = 5, one: Server = server) {
  const customer = await one.stripe.customers.create({ payment_method: "pm_card_visa" });
  const [method] = (await one.stripe.customers.listPaymentMethods(customer.id)).data;
  const product = await one.stripe.products.create({ name: "Seats" });
  const recurring = { interval: "month" } as const;
  const price = await one.stripe.prices.create({ product: product.id, currency: "usd", unit_amount: 1_000, recurring });
  const { id, items } = await one.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id, quantity }],
    default_payment_method: method?.id ?? "",
  });
  return { id, item: items.data[0]?.id ?? "", customer: customer.id };
}

const resize = (
  { id, item }: { id: string; item: string },
  quantity: number,
  idempotencyKey: string,
  behavior: "always_invoice" | "create_prorations" = "always_invoice",
) =>
  stripe.subscriptions.update(
    id,
    { items: [{ id: item, quantity }], proration_behavior: behavior, metadata: { seat_op: idempotencyKey } },
    { idempotencyKey },
  );

const quantityOf = async (id: string) => (await stripe.subscriptions.retrieve(id)).items.data[0]?.quantity;

const outcomes: { fault: Fault; type: string; done: boolean; kept: boolean }[] = [
  { fault: "rate_limit", type: "StripeRateLimitError", done: false, kept: false },
  { fault: "error_before", type: "StripeAPIError", done: false, kept: false },
  { fault: "error_after", type: "StripeAPIError", done: true, kept: true },
  { fault: "error_saved", type: "StripeAPIError", done: false, kept: true },
  { fault: "cut_before", type: "StripeConnectionError", done: false, kept: false },
  { fault: "cut_after", type: "StripeConnectionError", done: true, kept: false },
];

test.each(outcomes)(
  "$fault: the call fails as $type, is done: $done, fails again with its key: $kept",
  async ({ fault, type, done, kept }) => {
    const subscription = await subscribe();
    server.faults.inject({ fault, call: "subscriptions.update", times: fault.startsWith("cut") ? 2 : 1 });
    expect(await refusalOf(resize(subscription, 8, "op.0"))).toMatchObject({ type });
    expect(await quantityOf(subscription.id)).toBe(done ? 8 : 5);
    const again = await resize(subscription, 8, "op.0").then(
      ({ items }) => items.data[0]?.quantity,
      (error: Stripe.errors.StripeError) => error.statusCode,
    );
    expect(again).toBe(kept ? 500 : 8);
    expect(await quantityOf(subscription.id)).toBe(done || !kept ? 8 : 5);
    expect((await stripe.invoices.list({ customer: subscription.customer })).data).toHaveLength(done || !kept ? 2 : 1);
  },
);

test("a fault happens at the n-th call that it is meant for", async () => {
  server.faults.inject({ fault: "error_before", call: "customers.create", nth: 2 });
  await stripe.customers.create({});
  await stripe.products.create({ name: "Seats" });
  expect(await refusalOf(stripe.customers.create({}))).toMatchObject({ status: 500 });
  await stripe.customers.create({});
});

test("random faults are the same for the same seed, and end when they are cleared", async () => {
  const run = async (seed: number) => {
    server.faults.random({ random: seededRandom(seed), probability: 0.5 });
    const mailStatuses: string[] = [];
    for (let count = 0; count < 12; count++) {
      mailStatuses.push(
        await stripe.customers.create({}).then(
          () => "done",
          (error: Error) => error.constructor.name,
        ),
      );
    }
    return mailStatuses;
  };
  const first = await run(7);
  expect(new Set(first).size).toBeGreaterThan(2);
  expect(await run(7)).toEqual(first);
  expect(await run(8)).not.toEqual(first);
  server.faults.random({ random: () => 0, probability: 1 });
  for (let count = 0; count < 5; count++) await stripe.customers.list();
  server.faults.clear();
  await stripe.customers.create({});
});

test("the library retries a broken connection with the same key: it is done once", async () => {
  const patient = clientOf(server, { maxNetworkRetries: 2 });
  server.faults.inject({ fault: "cut_after", call: "customers.create" });
  await patient.customers.create({ name: "Ada" });
  expect((await stripe.customers.list()).data).toHaveLength(1);
  const tries = server.requests().filter(({ call }) => call === "customers.create");
  expect(tries.map(({ replayed }) => replayed)).toEqual([false, true]);
  expect(new Set(tries.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
});

test("while a request is under way, its key is taken", async () => {
  server.faults.inject({ fault: "hold", call: "customers.create" });
  const create = () => stripe.customers.create({ name: "Ada" }, { idempotencyKey: "one" });
  const first = create();
  await expect.poll(() => server.faults.held()).toBe(1);
  const refusal = await refusalOf(create());
  expect(refusal).toMatchObject({ type: "StripeAPIError", code: "idempotency_key_in_use", status: 409 });
  server.faults.release();
  const { id } = await first;
  expect((await create()).id).toBe(id);
});

test("a key expires after a day", async () => {
  const once = () => stripe.customers.create({ name: "Ada" }, { idempotencyKey: "one" });
  const first = await once();
  clock += 23 * 3_600_000;
  expect((await once()).id).toBe(first.id);
  clock += 2 * 3_600_000;
  expect((await once()).id).not.toBe(first.id);
});

test("a declined payment is stored under its key, even if the card works by then", async () => {
  const subscription = await subscribe();
  const bad = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: subscription.customer });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: bad.id });
  const { id, item } = subscription;
  const up = (idempotencyKey: string) =>
    stripe.subscriptions.update(
      id,
      {
        items: [{ id: item, quantity: 8 }],
        proration_behavior: "always_invoice",
        payment_behavior: "error_if_incomplete",
      },
      { idempotencyKey },
    );
  expect(await refusalOf(up("one"))).toMatchObject({ status: 402 });
  const good = await stripe.paymentMethods.attach("pm_card_visa", { customer: subscription.customer });
  await stripe.subscriptions.update(id, { default_payment_method: good.id });
  expect(await refusalOf(up("one"))).toMatchObject({ status: 402 });
  await up("two");
  expect(await quantityOf(id)).toBe(8);
});

test("one subscription accepts ten invoices a minute and twenty a day", async () => {
  const subscription = await subscribe();
  let quantity = 5;
  const up = () => resize(subscription, ++quantity, `op${quantity}`);
  for (let count = 0; count < 10; count++) await up();
  expect(await refusalOf(up())).toMatchObject({ type: "StripeRateLimitError", status: 429 });
  clock += 61_000;
  for (let count = 0; count < 10; count++) await up();
  clock += 61_000;
  expect(await refusalOf(up())).toMatchObject({ status: 429 });
  clock += 86_400_000;
  await up();
  expect(await quantityOf(subscription.id)).toBe(quantity);
});

test("one subscription accepts two hundred quantity changes an hour", async () => {
  const subscription = await subscribe();
  for (let count = 0; count < 200; count++) {
    await resize(subscription, 6 + (count % 2), `op${count}`, "create_prorations");
  }
  expect(await refusalOf(resize(subscription, 9, "one more", "create_prorations"))).toMatchObject({ status: 429 });
  clock += 3_601_000;
  await resize(subscription, 9, "later", "create_prorations");
});

test("above the rate of an operation, or its own, the account answers 429 and says why", async () => {
  const other = await openStripe({ now: () => clock, rates: liveRates });
  const headers = { authorization: "Bearer sk_test_x" };
  const ask = async (what: string) => {
    const answer = await fetch(`${other.url}/v1/${what}`, { headers });
    return answer.status === 429 ? answer.headers.get("stripe-rate-limited-reason") : answer.status;
  };
  const often = async (what: string, times: number) => {
    const answers = new Set<string | number | null>();
    for (let count = 0; count < times; count++) answers.add(await ask(what));
    return [...answers];
  };
  expect(await often("customers", 25)).toEqual([200]);
  expect(await often("customers", 2)).toEqual(["endpoint-rate"]);
  expect(await ask("prices")).toBe(200);
  clock += 1_000;
  for (const what of ["customers", "prices", "events", "invoices"]) expect(await often(what, 25)).toEqual([200]);
  expect(await ask("products")).toBe("global-rate");
  clock += 1_000;
  expect(await ask("products")).toBe(200);
  await other.stop();
});

test("each answer has a request id, which its events name", async () => {
  const customer = await stripe.customers.create({}, { idempotencyKey: "one" });
  const [event] = (await stripe.events.list({ type: "customer.created" })).data;
  expect(customer.lastResponse.requestId).toMatch(/^req_/);
  expect(event?.request).toEqual({ id: customer.lastResponse.requestId, idempotency_key: "one" });
});

test("a live key and another version are refused", async () => {
  const live = new Stripe("sk_live_x", { ...server.client, maxNetworkRetries: 0 });
  expect(await refusalOf(live.customers.list())).toMatchObject({ type: "StripeAuthenticationError" });
  const headers = { authorization: "Bearer sk_test_x", "stripe-version": "2024-06-20" };
  expect((await fetch(`${server.url}/v1/customers`, { headers })).status).toBe(400);
});

test("an account with a key of its own knows no other", async () => {
  const other = await startStripe({ now: () => clock, key: "sk_test_own" });
  const listed = (key: string) => new Stripe(key, { ...other.client, maxNetworkRetries: 0 }).customers.list();
  expect((await listed("sk_test_own")).data).toEqual([]);
  expect(await refusalOf(listed("sk_test_guess"))).toMatchObject({ type: "StripeAuthenticationError" });
  await other.stop();
});

test("what is due by the clock has happened before the next answer", async () => {
  const { id } = await subscribe();
  clock = Date.parse("2027-06-15T00:00:00Z");
  const { items } = await stripe.subscriptions.retrieve(id);
  expect(items.data[0]?.current_period_end).toBe(Date.parse("2027-07-01T00:00:00Z") / 1_000);
  expect(
    (await stripe.invoices.list({ subscription: id })).data.map(({ status, created }) => [status, created]),
  ).toEqual([
    ["paid", Date.parse("2027-06-01T00:00:00Z") / 1_000],
    ["paid", Date.parse("2027-05-01T00:00:00Z") / 1_000],
    ["paid", Date.parse("2027-04-01T00:00:00Z") / 1_000],
  ]);
});

test("the clock of the account may be ahead of the clock of the machine", async () => {
  const { id } = await subscribe();
  await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  server.advance(31 * 86_400);
  expect(server.time()).toBe(clock / 1_000 + 31 * 86_400);
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({ status: "canceled" });
});

test.each(["canceled", "unpaid", "past_due"] as const)(
  "a subscription that is never paid becomes %s if the account is configured so",
  async (outcome) => {
    const other = await openStripe({ now: () => clock, dunning: { retryDays: [1, 2], outcome } });
    const { id, customer } = await subscribe(5, other);
    const bad = await other.stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    await other.stripe.subscriptions.update(id, { default_payment_method: bad.id });
    clock += 35 * 86_400_000;
    expect(await other.stripe.subscriptions.retrieve(id)).toMatchObject({ status: outcome });
    expect(other.violations()).toEqual([]);
    await other.stop();
  },
);

test("with two months due, the older payment alone does not make it active", async () => {
  const other = await openStripe({ now: () => clock, dunning: { retryDays: [], outcome: "past_due" } });
  const { id, customer } = await subscribe(5, other);
  const bad = await other.stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  await other.stripe.subscriptions.update(id, { default_payment_method: bad.id });
  clock = Date.parse("2027-06-02T00:00:00Z");
  const [newer, older] = (await other.stripe.invoices.list({ customer, status: "open" })).data;
  const good = await other.stripe.paymentMethods.attach("pm_card_visa", { customer });
  await other.stripe.invoices.pay(older?.id ?? "", { payment_method: good.id });
  expect(await other.stripe.subscriptions.retrieve(id)).toMatchObject({ status: "past_due" });
  await other.stripe.invoices.pay(newer?.id ?? "", { payment_method: good.id });
  expect(await other.stripe.subscriptions.retrieve(id)).toMatchObject({ status: "active" });
  await other.stop();
});

test("unpaid, its further renewals stay drafts that are not collected", async () => {
  const other = await openStripe({ now: () => clock, dunning: { retryDays: [], outcome: "unpaid" } });
  const { id, customer } = await subscribe(5, other);
  const bad = await other.stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  await other.stripe.subscriptions.update(id, { default_payment_method: bad.id });
  clock = Date.parse("2027-06-02T00:00:00Z");
  const { data } = await other.stripe.invoices.list({ customer });
  expect(data.map(({ status }) => status)).toEqual(["draft", "open", "paid"]);
  await other.stop();
});

test("once canceled, nothing of it waits for an invoice anymore", async () => {
  const subscription = await subscribe();
  await resize(subscription, 9, "op.0", "create_prorations");
  expect(server.state.pendingItems.size).toBe(2);
  await stripe.subscriptions.cancel(subscription.id);
  expect(server.state.pendingItems.size).toBe(0);
});
