import { randomUUID } from "node:crypto";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { isReal, refusalOf, seconds, type TestStripe } from "./stripe.testing.ts";
import { withContract } from "./with-contract.testing.ts";

let contract: TestStripe;
let stripe: Stripe;

withContract((opened) => {
  contract = opened;
  stripe = contract.client;
});

/** Stripe's test mode keeps the codes of earlier runs. */
const unique = () => randomUUID().slice(0, 8).toUpperCase();
const address = { line1: "Ring 1", line2: "", city: "Wien", state: "", postal_code: "1010", country: "AT" };

test("a customer keeps contact, address and metadata; an empty value clears", async () => {
  const created = await stripe.customers.create({
    email: "ada@example.com",
    name: "Ada",
    metadata: { a: "1", b: "2" },
  });
  expect(created).toMatchObject({ email: "ada@example.com", name: "Ada", balance: 0, metadata: { a: "1", b: "2" } });
  const changed = await stripe.customers.update(created.id, {
    name: "",
    phone: "+43",
    address,
    metadata: { a: "", c: 3 },
  });
  expect(changed).toMatchObject({ name: null, phone: "+43", metadata: { b: "2", c: "3" } });
  expect(changed.address).toMatchObject({ line1: "Ring 1", city: "Wien", postal_code: "1010", country: "AT" });
  const kept = await stripe.customers.retrieve(created.id);
  expect(kept).toMatchObject({ phone: "+43" });
  expect("metadata" in kept && kept.metadata).toEqual({ b: "2", c: "3" });
});

test("a deleted customer is returned as deleted, and nothing can be done with it", async () => {
  const { id } = await stripe.customers.create({});
  expect(await stripe.customers.del(id)).toMatchObject({ id, deleted: true });
  expect(await stripe.customers.retrieve(id)).toMatchObject({ id, deleted: true });
  expect(await refusalOf(stripe.customers.update(id, { name: "Ada" }))).toMatchObject({
    type: "StripeInvalidRequestError",
    code: "resource_missing",
    status: 404,
  });
});

test("tax ids are added, listed and removed; an invalid one is refused", async () => {
  const { id } = await stripe.customers.create({});
  const taxId = await stripe.customers.createTaxId(id, { type: "eu_vat", value: "DE123456789" });
  expect(taxId).toMatchObject({ customer: id, country: "DE", type: "eu_vat", value: "DE123456789" });
  expect((await stripe.customers.listTaxIds(id)).data.map(({ value }) => value)).toEqual(["DE123456789"]);
  const { id: other } = await stripe.customers.create({});
  expect(await refusalOf(stripe.customers.deleteTaxId(other, taxId.id))).toMatchObject({ status: 404 });
  expect(await stripe.customers.deleteTaxId(id, taxId.id)).toMatchObject({ deleted: true });
  expect((await stripe.customers.listTaxIds(id)).data).toEqual([]);
  const refusal = await refusalOf(stripe.customers.createTaxId(id, { type: "eu_vat", value: "1" }));
  expect(refusal).toMatchObject({ code: "tax_id_invalid", status: 400 });
});

test("products and prices are found again by id and by lookup key, which moves on request", async () => {
  const product = await stripe.products.create({ name: "Seats" });
  const lookup_key = `seats-${unique()}`;
  const wanted = {
    product: product.id,
    currency: "usd",
    recurring: { interval: "month", interval_count: 3 },
  } as const;
  const first = await stripe.prices.create({ ...wanted, unit_amount: 2_700, lookup_key });
  expect(first).toMatchObject({
    unit_amount: 2_700,
    type: "recurring",
    recurring: { interval: "month", interval_count: 3 },
  });
  expect(first.unit_amount_decimal?.toString()).toBe("2700");
  expect(await refusalOf(stripe.prices.create({ ...wanted, unit_amount: 1, lookup_key }))).toMatchObject({
    status: 400,
  });
  const second = await stripe.prices.create({ ...wanted, unit_amount: 2_600, lookup_key, transfer_lookup_key: true });
  expect((await stripe.prices.list({ lookup_keys: [lookup_key] })).data.map(({ id }) => id)).toEqual([second.id]);
  await stripe.prices.update(first.id, { active: false });
  expect((await stripe.prices.list({ product: product.id, active: true })).data.map(({ id }) => id)).toEqual([
    second.id,
  ]);
});

test("a product whose id is taken is refused, so that a second setup is detected", async () => {
  const id = `muster_${unique()}`;
  await stripe.products.create({ id, name: "Seats" });
  expect(await refusalOf(stripe.products.create({ id, name: "Seats" }))).toMatchObject({
    code: "resource_already_exists",
  });
  expect(await stripe.products.update(id, { name: "Team" })).toMatchObject({ name: "Team" });
});

test("promotion codes are found by code in any case while they are active, and not when used up", async () => {
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: "forever" });
  const code = unique();
  const made = await stripe.promotionCodes.create({
    promotion: { type: "coupon", coupon: coupon.id },
    code,
    max_redemptions: 1,
  });
  const find = async (wanted: string) =>
    (await stripe.promotionCodes.list({ code: wanted, active: true })).data.map(({ id }) => id);
  expect(await find(code.toLowerCase())).toEqual([made.id]);
  expect(await find("WRONG-CODE")).toEqual([]);

  const customer = await contract.customer("2027-04-01T00:00:00Z");
  const items = [{ price: await contract.price(1_000), quantity: 4 }];
  const discounts = [{ promotion_code: made.id }];
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items,
    discounts,
    expand: ["latest_invoice", "discounts.promotion_code"],
  });
  expect(subscription.latest_invoice).toMatchObject({ subtotal: 4_000, total: 3_000, amount_paid: 3_000 });
  expect(subscription.discounts[0]).toMatchObject({
    promotion_code: { id: made.id, times_redeemed: 1 },
    source: { coupon: coupon.id },
  });
  expect(await find(code)).toEqual([]);
  const again = await refusalOf(stripe.subscriptions.update(subscription.id, { discounts }));
  expect(again).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("an amount and a one-time coupon apply to the first invoice only", async () => {
  const coupon = await stripe.coupons.create({ amount_off: 1_500, currency: "usd", duration: "once" });
  const customer = await contract.customer("2027-04-01T00:00:00Z");
  const items = [{ price: await contract.price(1_000), quantity: 4 }];
  const created = await stripe.subscriptions.create({
    customer: customer.id,
    items,
    discounts: [{ coupon: coupon.id }],
    expand: ["latest_invoice"],
  });
  expect(created.latest_invoice).toMatchObject({ subtotal: 4_000, total: 2_500 });
  await contract.advance(customer.clock, (created.items.data[0]?.current_period_end ?? 0) + 2 * 3_600);
  const [renewal] = (await stripe.invoices.list({ customer: customer.id, limit: 1 })).data;
  expect(renewal).toMatchObject({ billing_reason: "subscription_cycle", total: 4_000 });
});

test("a coupon that is used up or expired is refused", async () => {
  const coupon = await stripe.coupons.create({ percent_off: 10, max_redemptions: 1 });
  const items = [{ price: await contract.price(1_000), quantity: 1 }];
  const subscribe = async () => {
    const { id: customer } = await contract.customer("2027-04-01T00:00:00Z");
    return stripe.subscriptions.create({ customer, items, discounts: [{ coupon: coupon.id }] });
  };
  await subscribe();
  expect(await stripe.coupons.retrieve(coupon.id)).toMatchObject({ valid: false, times_redeemed: 1 });
  expect(await refusalOf(subscribe())).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("lists are newest first, in pages, and the library iterates over them", async () => {
  const email = `${unique()}@example.com`;
  const made = [];
  for (let count = 0; count < 5; count++) made.push((await stripe.customers.create({ email })).id);
  const first = await stripe.customers.list({ email, limit: 2 });
  expect(first.has_more).toBe(true);
  expect(first.data.map(({ id }) => id)).toEqual([made[4], made[3]]);
  const second = await stripe.customers.list({ email, limit: 3, starting_after: made[3] ?? "" });
  expect(second.has_more).toBe(false);
  expect(second.data.map(({ id }) => id)).toEqual([made[2], made[1], made[0]]);
  const before = await stripe.customers.list({ email, limit: 2, ending_before: made[1] ?? "" });
  expect(before.data.map(({ id }) => id)).toEqual([made[3], made[2]]);
  const all: string[] = [];
  for await (const { id } of stripe.customers.list({ email, limit: 2 })) all.push(id);
  expect(all).toEqual(made.toReversed());
});

test("a page of more than a hundred is refused", async () => {
  const refusal = await refusalOf(stripe.customers.list({ limit: 101 }));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", param: "limit", status: 400 });
});

test("fields are ids until they are expanded", async () => {
  const customer = await contract.customer("2027-04-01T00:00:00Z");
  const items = [{ price: await contract.price(1_000), quantity: 1 }];
  const { id } = await stripe.subscriptions.create({ customer: customer.id, items });
  const plain = await stripe.subscriptions.retrieve(id);
  expect([typeof plain.customer, typeof plain.latest_invoice]).toEqual(["string", "string"]);
  const expanded = await stripe.subscriptions.retrieve(id, {
    expand: ["latest_invoice.customer", "items.data.price.product"],
  });
  expect(expanded.latest_invoice).toMatchObject({ object: "invoice", customer: { id: customer.id } });
  expect(expanded.items.data[0]?.price.product).toMatchObject({ object: "product" });
  const refusal = await refusalOf(stripe.subscriptions.retrieve(id, { expand: ["nothing"] }));
  expect(refusal).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
});

test("the same key returns the same answer, and refuses other parameters", async () => {
  const idempotencyKey = `create:${unique()}`;
  const first = await stripe.customers.create({ name: "Ada" }, { idempotencyKey });
  await stripe.customers.update(first.id, { name: "Ada Lovelace" });
  const again = await stripe.customers.create({ name: "Ada" }, { idempotencyKey });
  expect(again).toMatchObject({ id: first.id, name: "Ada" });
  expect(again.lastResponse.headers["idempotent-replayed"]).toBe("true");
  const refusal = await refusalOf(stripe.customers.create({ name: "Eve" }, { idempotencyKey }));
  expect(refusal).toMatchObject({ type: "StripeIdempotencyError", status: 400 });
});

test("a malformed request can be repeated with its key and other parameters", async () => {
  const idempotencyKey = `create:${unique()}`;
  const wrong = { nmae: "Ada" } as object;
  expect(await refusalOf(stripe.customers.create(wrong, { idempotencyKey }))).toMatchObject({
    code: "parameter_unknown",
  });
  expect(await stripe.customers.create({ name: "Ada" }, { idempotencyKey })).toMatchObject({ name: "Ada" });
  contract.server?.forget();
});

test("errors have Stripe's type, code and parameter", async () => {
  expect(await refusalOf(stripe.subscriptions.retrieve("sub_none"))).toMatchObject({
    type: "StripeInvalidRequestError",
    code: "resource_missing",
    param: "id",
    status: 404,
    message: "No such subscription: 'sub_none'",
  });
  const customer = await contract.customer("2027-04-01T00:00:00Z");
  const items = [{ price: "price_none", quantity: 1 }];
  expect(await refusalOf(stripe.subscriptions.create({ customer: customer.id, items }))).toMatchObject({
    code: "resource_missing",
    param: "items[0][price]",
    status: 400,
  });
  const unauthorized = new Stripe("sk_test_", isReal ? {} : (contract.server?.client ?? {}));
  expect(await refusalOf(unauthorized.customers.list())).toMatchObject({
    type: "StripeAuthenticationError",
    status: 401,
  });
});

test("cards: each test card behaves like Stripe's", async () => {
  const { id: customer } = await stripe.customers.create({});
  expect(await refusalOf(stripe.paymentMethods.attach("pm_card_visa_chargeDeclined", { customer }))).toMatchObject({
    type: "StripeCardError",
    code: "card_declined",
    status: 402,
  });
  const method = await stripe.paymentMethods.attach("pm_card_mastercard", { customer });
  expect(method).toMatchObject({ customer, card: { brand: "mastercard", last4: "4444" } });
  expect((await stripe.customers.listPaymentMethods(customer)).data.map(({ id }) => id)).toEqual([method.id]);
  expect(await stripe.paymentMethods.detach(method.id)).toMatchObject({ customer: null });
});

test("events say what happened, newest first, and the previous values", async () => {
  const { id } = await stripe.customers.create({ name: "Ada" });
  await stripe.customers.update(id, { name: "Eve" });
  const mine = async () => {
    const { data } = await stripe.events.list({ types: ["customer.created", "customer.updated"], limit: 50 });
    return data.filter(({ data }) => "id" in data.object && data.object.id === id);
  };
  const types = async () => (await mine()).map(({ type }) => type);
  await expect.poll(types).toEqual(["customer.updated", "customer.created"]);
  const [newest] = await mine();
  expect(newest?.data).toMatchObject({ object: { name: "Eve" }, previous_attributes: { name: "Ada" } });
  expect(newest?.api_version).toBe(stripe.getApiField("version"));
});

test("a promotion code of one customer does not work for others", async () => {
  const coupon = await stripe.coupons.create({ percent_off: 25, duration: "forever" });
  const [mine, other] = [
    await contract.customer("2027-04-01T00:00:00Z"),
    await contract.customer("2027-04-01T00:00:00Z"),
  ];
  const promotion = { type: "coupon", coupon: coupon.id } as const;
  const { id: promotion_code } = await stripe.promotionCodes.create({ promotion, code: unique(), customer: mine.id });
  const items = [{ price: await contract.price(1_000), quantity: 1 }];
  const subscribe = (customer: string) =>
    stripe.subscriptions.create({ customer, items, discounts: [{ promotion_code }] });
  expect(await refusalOf(subscribe(other.id))).toMatchObject({ type: "StripeInvalidRequestError", status: 400 });
  expect((await subscribe(mine.id)).discounts).toHaveLength(1);
});

test("a coupon for two months applies for two months", async () => {
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: "repeating", duration_in_months: 2 });
  const customer = await contract.customer("2027-04-01T00:00:00Z");
  const items = [{ price: await contract.price(1_000), quantity: 1 }];
  await stripe.subscriptions.create({ customer: customer.id, items, discounts: [{ coupon: coupon.id }] });
  for (const month of ["05", "06", "07"]) {
    await contract.advance(customer.clock, seconds(`2027-${month}-01T02:00:00Z`));
  }
  const { data } = await stripe.invoices.list({ customer: customer.id });
  expect(data.map(({ total }) => total)).toEqual([1_000, 1_000, 500, 500]);
});
