import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { plans } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Operator from "../organization/operator.ts";
import * as Setting from "../setting/setting.ts";
import { update } from "../table/table.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import * as ContactSync from "./contact-sync.ts";
import { billingKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";

const day = 86_400;

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
});

const get = () => acme.as(() => Billing.get({}));
const invite = (email: string) => resultOf(acme.as(() => Sending.send({ invitations: [{ email, role: "read" }] })));
const checkout = (seats: number, plan: "monthly" | "yearly" = "monthly") =>
  acme.as(() => Checkout.checkout({ plan, seats }));
/** Lets time pass, and reconciles. */
async function later(days: number) {
  billing.world.clock.pass(days * day);
  billing.server.catchUp();
  return acme.reconcile();
}

async function setCard(card: string) {
  const { client } = billing;
  const customer = (await acme.row())?.customer ?? "";
  const method = await client.paymentMethods.attach(card, { customer });
  const [subscription] = await acme.subscriptions();
  await client.subscriptions.update(subscription?.id ?? "", { default_payment_method: method.id });
}

describe("a checkout", () => {
  test("is the same for the same request, and another request ends it", async () => {
    const first = await checkout(5);
    expect(await checkout(5)).toEqual(first);
    expect(await get()).toMatchObject({ checkout: { plan: "monthly", seats: 5 } });
    const other = await checkout(6, "yearly");
    expect(other.url).not.toBe(first.url);
    const open = [...billing.server.state.sessions.values()].filter(({ status }) => status === "open");
    expect(open.map(({ url }) => url)).toEqual([other.url]);
  });

  test("that was paid needs no event, and another one is refused", async () => {
    await acme.buy(5);
    expect(await resultOf(checkout(7))).toBe("billing.already_subscribed");
    expect((await get()).checkout).toBeUndefined();
    const bob = await billing.createOrganization(acme.owner);
    const session = [...billing.server.state.sessions.keys()][0] ?? "";
    expect(await resultOf(bob.as(() => Checkout.confirm({ checkout: session })))).toBe("billing.checkout_missing");
    expect(await resultOf(acme.as(() => Checkout.confirm({ checkout: "cs_none" })))).toBe("billing.checkout_missing");
  });

  test("is refused for fewer seats than are in use, for a plan that is not for sale, and for a deleted organization", async () => {
    await invite("bob@example.com");
    expect(await resultOf(checkout(1))).toBe("billing.seats_committed");
    const organizationRow = organizationKeys.organization(acme.organization);
    await billing.world.table.write(update(organizationRow, { set: { state: "deleted" } }));
    expect(await resultOf(checkout(5))).toBe("billing.frozen");
    billing.world.rebind({ plans: { trialDays: 0, trialSeats: 25, graceDays: 14, paid: [] } });
    expect(await resultOf(checkout(5))).toBe("billing.plan_unavailable");
  });

  test("of a suspended organization can be paid, and lets it grow only after reactivation", async () => {
    const { organization } = acme;
    await asSystem("operator", () => Operator.suspend({ organization }));
    await acme.buy(5);
    expect(await acme.organizationRow()).toMatchObject({
      state: "suspended",
      billingStatus: "active",
      capacity: 5,
      growth: false,
    });
    expect(await invite("bob@example.com")).toBe("organization.frozen");
    expect((await billing.compare()).differ).toBe(0);
    await asSystem("operator", () => Operator.reactivate({ organization }));
    expect(await invite("bob@example.com")).toBe("done");
  });

  test("begins with a trial, the first time only", async () => {
    const paid = plans().paid.filter(({ id }) => id === "monthly");
    billing.world.rebind({ plans: { trialDays: 14, trialSeats: 25, graceDays: 14, paid } });
    expect(await get()).toMatchObject({ trialDays: 14 });
    await acme.buy(5);
    expect(await get()).not.toHaveProperty("trialDays");
    expect(await get()).toMatchObject({ billingStatus: "trialing", plan: "monthly", seats: { paid: 5 } });
    await later(15);
    expect(await get()).toMatchObject({ billingStatus: "active" });
  });
});

test("another plan is paid at once", async () => {
  await acme.buy(5);
  const { dueNow, quote, ...shown } = await acme.as(() => Seats.preview({ seats: 5, plan: "yearly" }));
  expect(shown).toMatchObject({ plan: "yearly", seats: 5 });
  await acme.as(() => Seats.resize({ seats: 5, plan: "yearly", quote }));
  expect(await get()).toMatchObject({ plan: "yearly" });
  expect((await acme.invoices())[0]?.amount_due).toBe(dueNow);
});

describe("a discount code", () => {
  async function code(name: string, more: object = {}) {
    const { coupons, promotionCodes } = billing.client;
    const coupon = await coupons.create({ percent_off: 50, duration: "forever" });
    return promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code: name, ...more });
  }
  const take = (name: string, replace = false) => resultOf(acme.as(() => Manage.discount({ code: name, replace })));

  test("is accepted, and wrong, expired and used-up ones each have their own failure", async () => {
    await acme.buy(5);
    const soon = Math.floor(billing.world.clock.at / 1_000) + 3_600;
    await code("HALF", { max_redemptions: 1 });
    await code("SOON", { expires_at: soon });
    expect(await take("NONE")).toBe("billing.code_unknown");
    expect(await take("half")).toBe("done");
    expect(await get()).toMatchObject({ discounts: [{ name: "HALF", percent: 50 }] });
    expect((await acme.subscriptions())[0]?.discounts).toHaveLength(1);
    await code("USED", { max_redemptions: 1 });
    expect(await take("USED", true)).toBe("done");
    expect(await take("HALF", true)).toBe("billing.code_used");
    billing.world.clock.pass(7_200);
    expect(await take("SOON", true)).toBe("billing.code_expired");
  });

  test("that applies already is used once, and replaces another only after a confirmation", async () => {
    await acme.buy(5);
    const half = await code("HALF");
    const other = await code("OTHER");
    expect(await take("HALF")).toBe("done");
    expect(await take("half", true)).toBe("billing.code_applied");
    expect(await take("OTHER")).toBe("billing.discount_exists");
    expect(await get()).toMatchObject({ discounts: [{ name: "HALF" }] });
    expect(await take("OTHER", true)).toBe("done");
    expect(await get()).toMatchObject({ discounts: [{ name: "OTHER" }] });
    const redeemed = await Promise.all([half, other].map(({ id }) => billing.client.promotionCodes.retrieve(id)));
    expect(redeemed.map((one) => one.times_redeemed)).toEqual([1, 1]);
  });

  test("that Stripe refuses for this subscription says so", async () => {
    await acme.buy(5);
    const coupon = await billing.client.coupons.create({ amount_off: 500, currency: "eur", duration: "forever" });
    await billing.client.promotionCodes.create({ promotion: { type: "coupon", coupon: coupon.id }, code: "EURO" });
    expect(await take("EURO")).toBe("billing.code_unusable");
    expect(await get()).not.toHaveProperty("discounts");
  });
});

describe("a subscription that ends", () => {
  test("is resumed, or ends with its period: a grace period, then free if it fits", async () => {
    await acme.buy(5);
    expect(await acme.as(() => Manage.cancel({}))).toMatchObject({
      billingStatus: "active",
      cancelAt: expect.any(String),
    });
    expect(await acme.as(() => Manage.resume({}))).not.toHaveProperty("cancelAt");
    await acme.as(() => Manage.cancel({}));
    await later(31);
    const ended = await get();
    expect(ended).toMatchObject({ billingStatus: "canceled", plan: "free", seats: { capacity: 3 }, customer: true });
    // it ended a day ago, which is when the grace period began
    expect(Date.parse(String(ended.graceUntil)) - billing.world.clock.at).toBe(13 * day * 1_000);
    expect(await invite("bob@example.com")).toBe("organization.frozen");
    await later(12);
    expect(await get()).toMatchObject({ billingStatus: "canceled" });
    await later(2);
    expect(await get()).toMatchObject({ billingStatus: "free" });
    expect(await invite("bob@example.com")).toBe("done");
    await acme.buy(4);
    expect(await get()).toMatchObject({ billingStatus: "active", seats: { paid: 4 } });
  });

  test("makes an organization read-only that does not fit", async () => {
    await acme.buy(5);
    for (const name of ["bob", "cy", "dee"]) expect(await invite(`${name}@example.com`)).toBe("done");
    await acme.as(() => Manage.cancel({}));
    await later(31);
    await later(14);
    expect(await get()).toMatchObject({ billingStatus: "read_only", seats: { capacity: 3, minimum: 4 } });
  });
});

test("while a payment is due, nobody is invited and no seats are changed; once paid, everything works again", async () => {
  await acme.buy(5);
  await setCard("pm_card_chargeCustomerFail");
  await later(31);
  expect(await get()).toMatchObject({ billingStatus: "past_due", seats: { paid: 5 } });
  expect(await invite("bob@example.com")).toBe("organization.frozen");
  expect(await resultOf(acme.as(() => Seats.resize({ seats: 9 })))).toBe("billing.payment_due");
  await asSystem("operator", () => Operator.suspend({ organization: acme.organization }));
  await asSystem("operator", () => Operator.reactivate({ organization: acme.organization }));
  expect(await acme.organizationRow()).toMatchObject({ state: "active", growth: false });
  await setCard("pm_card_visa");
  const [invoice] = await acme.invoices();
  await billing.client.invoices.pay(invoice?.id ?? "");
  await acme.reconcile();
  expect(await get()).toMatchObject({ billingStatus: "active" });
  expect(await invite("bob@example.com")).toBe("done");
});

test("an increase that is not paid waits, adds nothing, and is dropped in the end", async () => {
  await acme.buy(5);
  await setCard("pm_card_chargeCustomerFail");
  const info = await acme.as(() => Seats.resize({ seats: 9 }));
  expect(info).toMatchObject({ seats: { capacity: 5 }, change: { from: 5, to: 9, waitsUntil: expect.any(String) } });
  expect(await resultOf(acme.as(() => Seats.resize({ seats: 7 })))).toBe("billing.payment_waiting");
  expect(await resultOf(acme.as(() => Manage.discount({ code: "WELCOME" })))).toBe("billing.payment_waiting");
  await later(1);
  expect(await get()).toMatchObject({ seats: { paid: 5, capacity: 5 } });
  expect((await get()).change).toBeUndefined();
  expect((await acme.events()).at(-1)).toMatchObject({ type: "billing.resize_dropped", data: { reason: "unpaid" } });
});

test("an increase that is not paid has no payment to return, also within a second of one that is", async () => {
  await acme.buy(5);
  await acme.as(() => Seats.resize({ seats: 8 }));
  await setCard("pm_card_chargeCustomerFail");
  expect((await acme.as(() => Seats.resize({ seats: 9 }))).change).toMatchObject({ to: 9 });
  await later(1);
  expect((await acme.row())?.duplicates).toBeUndefined();
  const changes = await billing.world.table.query({ ...billingKeys.changes(acme.organization), consistent: true });
  const [paid, dropped] = changes.items.slice(-2);
  expect([paid, dropped]).toMatchObject([
    { to: 8, invoice: expect.any(String) },
    { to: 9, dropped: "unpaid" },
  ]);
  expect(dropped?.invoice).toBeUndefined();
});

test("seats can be changed as often as Stripe allows", async () => {
  await acme.buy(5);
  for (let n = 0; n < 9; n++) await acme.as(() => Seats.resize({ seats: 6 + n }));
  await expect(acme.as(() => Seats.resize({ seats: 30 }))).rejects.toMatchObject({
    code: "billing.rate_limited",
    retryAfterSeconds: 60,
  });
  billing.world.clock.pass(61);
  expect(await resultOf(acme.as(() => Seats.resize({ seats: 30 })))).toBe("done");
});

test("Stripe has the contact and address of the settings", async () => {
  await acme.buy(5);
  const emailOf = async (id = "") => (await billing.client.customers.retrieve(id)) as { email?: string | null };
  const { email } = await emailOf((await acme.row())?.customer);
  await asSystem("work", () => ContactSync.sync({ organization: acme.organization }));
  expect(email).toContain("@");
  expect(await emailOf((await acme.row())?.customer)).toMatchObject({ email });
  const contact = { name: "Ada", email: "billing@example.com", phone: "+49 30 1234567" };
  const address = { country: "DE", street: "Weg 1", city: "Berlin", postalCode: "10115" };
  await acme.as(() => Setting.saveGeneral({ contact, address, revision: 0 }));
  await asSystem("work", () => ContactSync.sync({ organization: acme.organization }));
  const customer = await billing.client.customers.retrieve((await acme.row())?.customer ?? "");
  expect(customer).toMatchObject({
    name: "Acme",
    email: "billing@example.com",
    phone: "+49 30 1234567",
    address: {
      country: "DE",
      line1: "Weg 1",
      city: "Berlin",
      postal_code: "10115",
    },
  });
});

test("the portal and the invoices are those of the organization", async () => {
  expect(await resultOf(acme.as(() => Manage.portal({})))).toBe("billing.no_customer");
  expect(await acme.as(() => Manage.invoices({}))).toEqual({ items: [] });
  await acme.buy(5);
  await billing.client.billingPortal.configurations.create({ features: { invoice_history: { enabled: true } } });
  expect((await acme.as(() => Manage.portal({}))).url).toMatch(/^http/);
  const { items } = await acme.as(() => Manage.invoices({}));
  expect(items).toMatchObject([
    { status: "paid", total: 5_000, currency: "usd", pdfUrl: expect.stringMatching(/^http/) },
  ]);
});
