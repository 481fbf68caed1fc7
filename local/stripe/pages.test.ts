import { afterEach, beforeEach, expect, test } from "vitest";
import { openStripe } from "./stripe.testing.ts";

const card = { card: "4242 4242 4242 4242", expiry: "12 / 34", cvc: "123" };
const day = 86_400;

let clock: number;
let server: Awaited<ReturnType<typeof openStripe>>;
let price: string;
let customer: string;

beforeEach(async () => {
  clock = Date.parse("2027-04-01T00:00:00Z");
  server = await openStripe({ now: () => clock });
  const { products, prices, customers } = server.stripe;
  const product = await products.create({ name: "Muster <Team>" });
  const recurring = { interval: "month" } as const;
  price = (await prices.create({ product: product.id, currency: "usd", unit_amount: 1_000, recurring })).id;
  customer = (await customers.create({ email: "ada@example.com", name: "Ada & Co" })).id;
});

afterEach(async () => {
  server.verify();
  await server.stop();
});

type Params = Parameters<typeof server.stripe.checkout.sessions.create>[0];

const checkout = (params: Params = {}) =>
  server.stripe.checkout.sessions.create({
    mode: "subscription",
    customer,
    line_items: [{ price, quantity: 5, adjustable_quantity: { enabled: true, minimum: 3, maximum: 20 } }],
    success_url: "https://muster.example/done?session={CHECKOUT_SESSION_ID}",
    cancel_url: "https://muster.example/back",
    subscription_data: { metadata: { organizationId: "org_1" } },
    ...params,
  });

async function open(url: string) {
  const answer = await fetch(url, { redirect: "manual" });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function post(url: string, form: Record<string, string>) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  const text = await answer.text();
  return {
    status: answer.status,
    location: answer.headers.get("location"),
    text,
    alert: /role="alert">([^<]*)</.exec(text)?.[1],
  };
}

/** The only one of a list. */
function only<One>({ data: [one, ...others] }: { data: One[] }): One {
  if (one === undefined || others.length > 0) throw new Error(`There are ${others.length + (one ? 1 : 0)}.`);
  return one;
}

const read = (id: string) => server.stripe.checkout.sessions.retrieve(id, { expand: ["subscription", "line_items"] });

test("a person who pays returns with the session, and has the subscription", async () => {
  const session = await checkout();
  const page = await open(session.url ?? "");
  expect(page.status).toBe(200);
  expect(page.text).toContain("Muster &#60;Team&#62;");
  expect(page.text).toContain("$50.00");
  expect(page.text).toContain('href="https://muster.example/back"');
  const paid = await post(session.url ?? "", card);
  expect([paid.status, paid.location]).toEqual([303, `https://muster.example/done?session=${session.id}`]);

  const done = await read(session.id);
  expect(done).toMatchObject({ status: "complete", payment_status: "paid", customer, url: null, amount_total: 5_000 });
  expect(done.subscription).toMatchObject({ status: "active", metadata: { organizationId: "org_1" } });
  const types = (await server.stripe.events.list({ limit: 100 })).data.map(({ type }) => type);
  expect(types[0]).toBe("checkout.session.completed");
  expect(types).toContain("customer.subscription.created");
});

test("pages run no script and say where their forms lead", async () => {
  const session = await checkout();
  const { headers, text } = await open(session.url ?? "");
  expect(headers.get("content-security-policy")).toBe(
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' https://muster.example; base-uri 'none'; frame-ancestors 'none'",
  );
  expect(text).not.toContain("<script");
  expect(text).not.toMatch(/ style=/);
  const sheet = await open(`${server.url}/stripe.css`);
  expect(sheet.headers.get("content-type")).toBe("text/css; charset=utf-8");
});

test("each field has a label of its own", async () => {
  const session = await checkout({
    allow_promotion_codes: true,
    tax_id_collection: { enabled: true },
    customer_update: { name: "auto" },
    billing_address_collection: "required",
    allowed_payment_method_types: ["card", "us_bank_account", "sepa_debit", "bacs_debit"],
  });
  const portal = await server.stripe.billingPortal.sessions.create({ customer, return_url: "https://muster.example" });
  for (const url of [session.url ?? "", portal.url, `${server.url}/clock`]) {
    const { text } = await open(url);
    const ids = [...text.matchAll(/<(?:input|select) id="(\w+)"/g)].map(([, id]) => id);
    const labeled = [...text.matchAll(/<label for="(\w+)"/g)].map(([, id]) => id);
    expect(new Set(ids)).toEqual(new Set(labeled));
    expect(new Set(ids).size).toBe(ids.length);
    expect(text.match(/<h1/g)).toHaveLength(1);
  }
});

test("a declined card is reported, and another one can be tried", async () => {
  const { url, id } = await checkout();
  const declined = await post(url ?? "", { ...card, card: "4000 0000 0000 0002" });
  expect([declined.status, declined.alert]).toEqual([402, "Your card was declined."]);
  const poor = await post(url ?? "", { ...card, card: "4000000000009995" });
  expect(poor.alert).toBe("Your card has insufficient funds.");
  const later = await post(url ?? "", { ...card, card: "4000000000000341" });
  expect(later.alert).toBe("Your card was declined.");
  expect((await post(url ?? "", { ...card, card: "1234" })).alert).toBe("Your card number is invalid.");
  expect((await post(url ?? "", { ...card, expiry: "01 / 27" })).alert).toContain("in the past");
  expect((await post(url ?? "", { ...card, cvc: "" })).alert).toContain("security code");
  expect(await read(id)).toMatchObject({ status: "open", subscription: null, payment_status: "unpaid" });
  expect((await server.stripe.subscriptions.list({ customer, status: "all" })).data).toEqual([]);
  expect((await post(url ?? "", card)).status).toBe(303);
});

test("a bank's question is answered: no leaves the checkout open, yes completes it", async () => {
  const { url, id } = await checkout();
  const asks = { ...card, card: "4000 0027 6000 3184" };
  expect((await post(url ?? "", asks)).location).toBe(`/c/pay/${id}`);
  expect((await open(url ?? "")).text).toContain("Complete authentication");
  const refused = await post(`${url}/authenticate`, { answer: "no" });
  expect(refused.alert).toContain("unable to authenticate");
  expect(await read(id)).toMatchObject({ status: "open" });
  await post(url ?? "", asks);
  const agreed = await post(`${url}/authenticate`, { answer: "yes" });
  expect(agreed.location).toBe(`https://muster.example/done?session=${id}`);
  expect((await read(id)).subscription).toMatchObject({ status: "active" });
});

test("a card that asks once pays without asking from then on", async () => {
  const { url, id } = await checkout();
  await post(url ?? "", { ...card, card: "4000 0025 0000 3155" });
  await post(`${url}/authenticate`, { answer: "yes" });
  clock += 31 * day * 1_000;
  expect((await read(id)).subscription).toMatchObject({ status: "active" });
  const [renewal] = (await server.stripe.invoices.list({ customer })).data;
  expect(renewal).toMatchObject({ billing_reason: "subscription_cycle", status: "paid" });
});

test("a checkout is open for at least half an hour, and at most a day", async () => {
  for (const seconds of [29 * 60, day + 60]) {
    await expect(checkout({ expires_at: clock / 1_000 + seconds })).rejects.toThrow("between 30 minutes and 24 hours");
  }
  await checkout({ expires_at: clock / 1_000 + 3_600 });
});

test("the quantity moves within the session's bounds", async () => {
  const { url, id } = await checkout();
  expect((await post(`${url}/quantity`, { quantity: "2" })).alert).toBe("Choose a quantity from 3 to 20.");
  expect((await post(`${url}/quantity`, { quantity: "21" })).alert).toBe("Choose a quantity from 3 to 20.");
  expect((await post(`${url}/quantity`, { quantity: "12" })).status).toBe(303);
  await post(url ?? "", card);
  const { subscription } = await read(id);
  expect(subscription).toMatchObject({ items: { data: [{ quantity: 12 }] } });
});

test("bounds are 0 and 99 by default, and the quantity must be within them", async () => {
  const line_items = [{ price, quantity: 5, adjustable_quantity: { enabled: true } }];
  const session = await checkout({ line_items });
  const { data } = await server.stripe.checkout.sessions.listLineItems(session.id);
  expect(data[0]?.adjustable_quantity).toEqual({ enabled: true, minimum: 0, maximum: 99 });
  await expect(checkout({ line_items: [{ ...line_items[0], quantity: 100 }] })).rejects.toThrow("between the minimum");
});

test("a promotion code is applied, reported wrong, reported used up, and removed", async () => {
  const coupon = await server.stripe.coupons.create({ percent_off: 20, duration: "forever" });
  const promotion = { type: "coupon", coupon: coupon.id } as const;
  await server.stripe.promotionCodes.create({ promotion, code: "SAVE20" });
  await server.stripe.promotionCodes.create({ promotion, code: "OLD", expires_at: clock / 1_000 + day });
  clock += 2 * day * 1_000;
  const { url, id } = await checkout({ allow_promotion_codes: true });
  expect((await post(`${url}/code`, { code: "WRONG" })).alert).toBe("This code is invalid.");
  expect((await post(`${url}/code`, { code: "OLD" })).alert).toContain("cannot be redeemed");
  await post(`${url}/code`, { code: "save20" });
  expect(await read(id)).toMatchObject({ amount_total: 4_000, total_details: { amount_discount: 1_000 } });
  await post(`${url}/no-code`, {});
  expect(await read(id)).toMatchObject({ amount_total: 5_000 });
  await post(`${url}/code`, { code: "SAVE20" });
  await post(url ?? "", card);
  const [invoice] = (await server.stripe.invoices.list({ customer })).data;
  expect(invoice).toMatchObject({ subtotal: 5_000, total: 4_000 });
});

test("a trial requires the card and charges nothing", async () => {
  const { url, id } = await checkout({ subscription_data: { trial_period_days: 14 } });
  expect((await open(url ?? "")).text).toContain("Free for 14 days");
  await post(url ?? "", card);
  expect(await read(id)).toMatchObject({ payment_status: "no_payment_required", subscription: { status: "trialing" } });
});

test("an expired checkout accepts nothing more", async () => {
  const expired = await checkout();
  await server.stripe.checkout.sessions.expire(expired.id);
  expect((await open(`${server.url}/c/pay/${expired.id}`)).text).toContain("has expired");
  const old = await checkout();
  clock += day * 1_000;
  expect((await post(`${server.url}/c/pay/${old.id}`, card)).status).toBe(410);
  expect(await read(old.id)).toMatchObject({ status: "expired", url: null });
  expect((await server.stripe.subscriptions.list({ customer, status: "all" })).data).toEqual([]);
});

test("a checkout is paid once, however often the form is sent", async () => {
  const { url, id } = await checkout();
  await post(url ?? "", card);
  expect((await post(`${server.url}/c/pay/${id}`, card)).location).toBe(`https://muster.example/done?session=${id}`);
  expect((await server.stripe.subscriptions.list({ customer, status: "all" })).data).toHaveLength(1);
  expect((await server.stripe.invoices.list({ customer })).data).toHaveLength(1);
});

test("the portal sets the card, the address and the tax ids, lists invoices, and leads back", async () => {
  const { url: pay } = await checkout();
  await post(pay ?? "", card);
  const { url } = await server.stripe.billingPortal.sessions.create({
    customer,
    return_url: "https://muster.example/billing",
  });
  const { text } = await open(url);
  expect(text).toContain('href="https://muster.example/billing"');
  expect(text).toContain("visa ending in 4242");
  expect(text).toMatch(/<a href="\/i\/in_\w+">\w+-0001<\/a>/);

  await post(`${url}/card`, { ...card, card: "5555 5555 5555 4444" });
  const methods = ["data.default_payment_method", "data.customer.invoice_settings.default_payment_method"];
  const [subscription] = (await server.stripe.subscriptions.list({ customer, expand: methods })).data;
  expect(subscription?.default_payment_method).toMatchObject({ card: { last4: "4242" } });
  const usual = { invoice_settings: { default_payment_method: { card: { last4: "4444" } } } };
  expect(subscription?.customer).toMatchObject(usual);
  await post(`${url}/details`, {
    name: "Ada",
    email: "eve@example.com",
    phone: "",
    line1: "Ring 1",
    city: "Wien",
    country: "AT",
  });
  expect(await server.stripe.customers.retrieve(customer)).toMatchObject({
    name: "Ada",
    email: "eve@example.com",
    address: { city: "Wien" },
  });
  expect((await post(`${url}/tax-id`, { type: "eu_vat", value: "1" })).alert).toContain("Invalid value");
  await post(`${url}/tax-id`, { type: "eu_vat", value: "ATU12345678" });
  const { data } = await server.stripe.customers.listTaxIds(customer);
  expect(data.map(({ value }) => value)).toEqual(["ATU12345678"]);
  await post(`${url}/tax-id/${data[0]?.id}`, {});
  expect((await server.stripe.customers.listTaxIds(customer)).data).toEqual([]);
});

test("a portal allows what its configuration says, for an hour", async () => {
  const features = { invoice_history: { enabled: true } };
  const configuration = await server.stripe.billingPortal.configurations.create({ features });
  const { url } = await server.stripe.billingPortal.sessions.create({ customer, configuration: configuration.id });
  expect((await open(url)).text).not.toContain("Payment method");
  expect((await post(`${url}/card`, card)).alert).toBe("This portal does not allow that.");
  clock += 3_601_000;
  expect((await open(url)).status).toBe(404);
});

test("an invoice that is due is paid on its page, and is a PDF", async () => {
  const { url } = await checkout();
  await post(url ?? "", card);
  const failing = await server.stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
  const subscription = only(await server.stripe.subscriptions.list({ customer }));
  await server.stripe.subscriptions.update(subscription.id, { default_payment_method: failing.id });
  clock += 31 * day * 1_000;
  const invoice = only(await server.stripe.invoices.list({ customer, status: "open" }));
  const page = invoice.hosted_invoice_url ?? "";
  expect((await open(page)).text).toContain("Pay with visa ending in 0341");
  expect((await post(page, { usual: "1" })).alert).toBe("Your card was declined.");
  const asks = await post(page, { ...card, card: "4000002760003184" });
  const method = /method=(\w+)/.exec(asks.location ?? "")?.[1] ?? "";
  expect((await open(`${server.url}${asks.location}`)).text).toContain(method);
  expect((await post(`${page}/authenticate`, { answer: "no", method })).alert).toContain("unable to authenticate");
  await post(`${page}/authenticate`, { answer: "yes", method });
  expect(await server.stripe.invoices.retrieve(invoice.id ?? "")).toMatchObject({ status: "paid", amount_paid: 5_000 });
  expect(await server.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: "active" });

  const pdf = await open(invoice.invoice_pdf ?? "");
  expect(pdf.headers.get("content-type")).toBe("application/pdf");
  expect(pdf.text).toMatch(/^%PDF-1\.4/);
  const start = Number(/startxref\n(\d+)/.exec(pdf.text)?.[1]);
  expect(pdf.text.slice(start, start + 4)).toBe("xref");
});

test("pages of another site move no clock, and pay nothing", async () => {
  const before = server.time();
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }, { origin: "null" }]) {
    const answer = await fetch(`${server.url}/clock`, {
      method: "POST",
      headers,
      body: new URLSearchParams({ days: "1" }),
    });
    expect(answer.status).toBe(403);
  }
  expect(server.time()).toBe(before);
});

test("a person moves the clock, forward only, and what is due happens", async () => {
  const { url, id } = await checkout();
  await post(url ?? "", card);
  expect((await post(`${server.url}/clock`, { days: "-1" })).status).toBe(200);
  expect(server.time()).toBe(clock / 1_000);
  await post(`${server.url}/clock`, { days: "31" });
  expect(server.time()).toBe(clock / 1_000 + 31 * day);
  const { subscription } = await read(id);
  expect(subscription).toMatchObject({
    items: { data: [{ current_period_start: Date.parse("2027-05-01T00:00:00Z") / 1_000 }] },
  });
  expect((await open(`${server.url}/`)).text).toContain("Ada &#38; Co");
});

test("other addresses do not exist", async () => {
  for (const path of ["/x", "/c/pay/cs_test_none", "/p/session/bps_none", "/i/in_none", "/c"]) {
    expect((await open(server.url + path)).status).toBe(404);
  }
});
