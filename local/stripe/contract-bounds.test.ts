import type Stripe from "stripe";
import { expect, test } from "vitest";
import { refusalOf } from "./stripe.testing.ts";
import { withMonthly } from "./with-contract.testing.ts";

// How long, how many, and how much: https://docs.stripe.com/metadata#data and the sources in `bounds.ts`.

const april = "2027-04-01T00:00:00Z";

const on = withMonthly();

const bad = { type: "StripeInvalidRequestError", status: 400 };
const keys = (count: number, prefix = "k") =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, "x"]));

const checkout = (params: Stripe.Checkout.SessionCreateParams) =>
  on.client.checkout.sessions.create({
    mode: "subscription",
    success_url: "https://muster.example/done?session={CHECKOUT_SESSION_ID}",
    line_items: [{ price: on.monthly, quantity: 1 }],
    ...params,
  });

test("metadata has up to 50 keys of 40 characters, with values of 500", async () => {
  const create = (metadata: Record<string, string>) => on.client.customers.create({ metadata });
  await create({ ...keys(49), ["a".repeat(40)]: "x".repeat(500) });
  for (const metadata of [keys(51), { ["a".repeat(41)]: "x" }, { a: "x".repeat(501) }]) {
    expect(await refusalOf(create(metadata))).toMatchObject({ ...bad, param: "metadata" });
  }
});

test("metadata that is added counts with what is there, and one that is refused changes nothing", async () => {
  const { id } = await on.client.customers.create({ name: "Ada", metadata: keys(50) });
  const more = on.client.customers.update(id, { name: "Grace", metadata: { one: "more" } });
  expect(await refusalOf(more)).toMatchObject(bad);
  expect(await on.client.customers.retrieve(id)).toMatchObject({ name: "Ada", metadata: keys(50) });
  await on.client.customers.update(id, { metadata: { k0: "", one: "more" } });
});

test("a customer has a name of up to 256 characters, an email address of 512, and a phone number of 20", async () => {
  const email = (length: number) => `ada@${"x".repeat(length - 8)}.com`;
  const { id } = await on.client.customers.create({ name: "x".repeat(256), email: email(60), phone: "1".repeat(20) });
  for (const params of [{ name: "x".repeat(257) }, { email: email(513) }, { phone: "1".repeat(21) }]) {
    const [param] = Object.keys(params);
    expect(await refusalOf(on.client.customers.update(id, { ...params, description: "new" }))).toMatchObject({
      ...bad,
      param,
    });
  }
  expect(await on.client.customers.retrieve(id)).toMatchObject({ phone: "1".repeat(20), description: null });
});

test("metadata of the subscription that a checkout makes is bounded too", async () => {
  const metadata = { a: "x".repeat(501) };
  expect(await refusalOf(checkout({ subscription_data: { metadata } }))).toMatchObject(bad);
});

test("an idempotency key has up to 255 characters", async () => {
  const create = (length: number) => {
    const idempotencyKey = `${on.monthly}${"x".repeat(length)}`.slice(0, length);
    return on.client.customers.create({}, { idempotencyKey });
  };
  await create(255);
  expect(await refusalOf(create(256))).toMatchObject({ status: 400 });
});

test.each(["/done", "muster.example", "muster:done", "ftp://muster.example"])(
  "%s is no address to return to",
  async (url) => {
    const { id: customer } = await on.customer(april);
    const invalidUrl = { ...bad, code: "url_invalid" };
    expect(await refusalOf(checkout({ success_url: url }))).toMatchObject({ ...invalidUrl, param: "success_url" });
    expect(await refusalOf(checkout({ cancel_url: url }))).toMatchObject({ ...invalidUrl, param: "cancel_url" });
    const portal = on.client.billingPortal.sessions.create({ customer, return_url: url });
    expect(await refusalOf(portal)).toMatchObject({ ...invalidUrl, param: "return_url" });
  },
);

test("a checkout has an address to return to, which has up to 5,000 characters", async () => {
  const { success_url: _without, ...params } = { mode: "subscription" as const, success_url: "" };
  const line_items = [{ price: on.monthly, quantity: 1 }];
  const none = on.client.checkout.sessions.create({ ...params, line_items });
  expect(await refusalOf(none)).toMatchObject({ ...bad, param: "success_url" });
  const long = `https://muster.example/${"x".repeat(5_000)}`;
  expect(await refusalOf(checkout({ success_url: long }))).toMatchObject({ ...bad, param: "success_url" });
});

test("a line of a checkout has a quantity of at least one", async () => {
  const none = checkout({ line_items: [{ price: on.monthly }] });
  expect(await refusalOf(none)).toMatchObject({ ...bad, param: "line_items[0]" });
  const zero = checkout({ line_items: [{ price: on.monthly, quantity: 0 }] });
  expect(await refusalOf(zero)).toMatchObject({ ...bad, code: "parameter_invalid_integer" });
});

test("a price is for up to three years", async () => {
  const { id: product } = await on.client.products.create({ name: "Seats" });
  const create = (interval: "week" | "month" | "year", interval_count: number) =>
    on.client.prices.create({ product, currency: "usd", unit_amount: 1, recurring: { interval, interval_count } });
  for (const [interval, most] of [
    ["week", 156],
    ["month", 36],
    ["year", 3],
  ] as const) {
    await create(interval, most);
    expect(await refusalOf(create(interval, most + 1))).toMatchObject(bad);
  }
});

test("events are read by one type, by several, or by a group, and not by both", async () => {
  await on.customer(april);
  const { data } = await on.client.events.list({ type: "customer.*", limit: 100 });
  expect(data.map(({ type }) => type)).toContain("customer.created");
  expect(data.every(({ type }) => type.startsWith("customer."))).toBe(true);
  const both = on.client.events.list({ type: "customer.created", types: ["customer.created"] });
  expect(await refusalOf(both)).toMatchObject(bad);
});

test("a subscription has up to 999,999 of an item", async () => {
  const { id: customer } = await on.customer(april);
  const { id, items } = await on.client.subscriptions.create({ customer, items: [{ price: on.monthly, quantity: 1 }] });
  const change = (quantity: number) =>
    on.client.subscriptions.update(id, {
      items: items.data.map((item) => ({ id: item.id, quantity })),
      proration_behavior: "none",
    });
  await change(999_999);
  expect(await refusalOf(change(1_000_000_000))).toMatchObject({
    ...bad,
    code: "parameter_invalid_integer",
    param: "items[0][quantity]",
  });
});

test.each(["QQ", "ZZ", "EU", "us", "Germany"])("%s is no country of an address", async (country) => {
  const refused = await refusalOf(on.client.customers.create({ address: { country } }));
  expect(refused).toMatchObject({ ...bad, code: "country_code_invalid", param: "address[country]" });
  await on.client.customers.create({ address: { country: "DE" } });
});
