import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, openBilling, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";

// Payments from an account at a bank, which answers in days.

const [good, poor] = ["000123456789", "000222222227"];
const methodTypes = ["card", "us_bank_account"];

let billing: BillingWorld;
let acme: Customer;
beforeEach(async () => {
  billing = await openBilling({ more: { methodTypes } });
  acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
});
afterEach(async () => {
  billing.server.verify();
  await billing.stop();
});

const info = () => acme.as(() => Billing.get({}));
const free = { capacity: 3, growth: true };
const paid = { billingStatus: "active", capacity: 5, growth: true, hasPaid: true };
const processing = (amount: number) => ({ amount, currency: "usd", type: "us_bank_account", businessDays: 4 });

/** Buys five seats on Stripe's page. */
async function buy(form: Record<string, string>) {
  const { url } = await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  const checkout = /session=(\w+)/.exec(answer.headers.get("location") ?? "")?.[1] ?? "";
  return acme.as(() => Checkout.confirm({ checkout }));
}
const debit = (account: string) => buy({ account_us_bank_account: account });
/** So much later, when Stripe's events about it have arrived. */
async function later(seconds: number) {
  billing.world.clock.pass(seconds);
  billing.server.catchUp();
  await billing.server.webhooks.settled();
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.work();
}
/** From now on, this account pays the invoices. */
async function payFrom(token: string) {
  const [subscription] = await acme.subscriptions();
  const customer = (await acme.row())?.customer ?? "";
  const { id } = await billing.client.paymentMethods.attach(token, { customer });
  await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
  await acme.reconcile();
}
async function resize(seats: number) {
  const { quote } = await acme.as(() => Seats.preview({ seats }));
  return acme.as(() => Seats.resize({ seats, quote }));
}
const charged = async () =>
  (await acme.invoices()).filter(({ status, total }) => status === "paid" && total > 0).map(({ total }) => total);

test("a checkout offers what is configured, or leaves the choice to Stripe", async () => {
  const sent = async () => {
    await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    const [session] = [...billing.server.state.sessions.values()].slice(-1);
    return session?.payment_method_types;
  };
  expect(await sent()).toEqual(methodTypes);
  await billing.stop();
  billing = await openBilling();
  acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
  expect(await sent()).toEqual(["card"]);
});

describe("a first payment that a bank processes", () => {
  test("adds nothing until it arrives, and then everything", async () => {
    const answer = await debit(good);
    expect(answer).toMatchObject({ billingStatus: "free", processing: processing(5 * perSeat.monthly) });
    expect(answer.seats).toEqual({ capacity: 3, committed: 1, minimum: 1 });
    expect(await acme.organizationRow()).toMatchObject(free);
    expect((await acme.organizationRow()).hasPaid).toBeUndefined();
    await later(3 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(free);
    await later(daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect((await info()).processing).toBeUndefined();
    expect(await charged()).toEqual([5 * perSeat.monthly]);
  });

  test("cannot be made twice", async () => {
    await debit(good);
    const again = [
      () => Checkout.checkout({ plan: "monthly", seats: 5 }),
      () => Seats.preview({ seats: 6 }),
      () => Seats.resize({ seats: 4 }),
    ];
    for (const call of again) expect(await resultOf(acme.as<unknown>(call))).toBe("billing.payment_processing");
    const { items } = await acme.as(() => Manage.invoices({}));
    expect(items.map(({ status }) => status)).toEqual(["processing"]);
    const [invoice] = await acme.invoices();
    await expect(billing.client.invoices.pay(invoice?.id ?? "")).rejects.toThrow("processing");
  });

  test("is past due if the bank refuses it, without a seat, until it is paid in another way", async () => {
    await debit(poor);
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due", capacity: 3, growth: false });
    expect(await info()).toMatchObject({ owed: { byBank: true }, seats: { paid: 5, capacity: 3 } });
    expect((await info()).processing).toBeUndefined();
    await payFrom("pm_card_visa");
    const [invoice] = await acme.invoices();
    await billing.client.invoices.pay(invoice?.id ?? "");
    await later(0);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await charged()).toEqual([5 * perSeat.monthly]);
  });

  test("loses to a second subscription that is paid, and is known as a payment to return", async () => {
    await debit(good);
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
    const second = await billing.client.subscriptions.create({
      customer,
      default_payment_method: id,
      metadata: { organizationId: acme.organization },
      items: [{ price: billing.prices.monthly, quantity: 4 }],
    });
    const { debit: first } = (await acme.row()) ?? {};
    await acme.reconcile();
    const { mirror, duplicates } = (await acme.row()) ?? {};
    expect([mirror?.subscription, duplicates?.map(({ invoice }) => invoice)]).toEqual([second.id, [first?.invoice]]);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 4 });
  });
});

describe("a renewal that a bank processes", () => {
  const renew = async (token: string) => {
    await buy(card);
    await payFrom(token);
    await later(31 * daySeconds + 2 * hourSeconds);
  };

  test("changes nothing while it does", async () => {
    await renew("pm_usBankAccount_success");
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await info()).toMatchObject({ processing: processing(5 * perSeat.monthly), seats: { paid: 5 } });
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect((await info()).processing).toBeUndefined();
  });

  test("is past due once the bank has refused it", async () => {
    await renew("pm_usBankAccount_insufficientFunds");
    const [submitted] = billing.server.state.debits.values();
    await later((submitted?.endsAt ?? 0) - billing.server.time());
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due", capacity: 5, growth: false });
    expect((await info()).owed).toMatchObject({ byBank: true });
    await later(3 * daySeconds);
    expect(await info()).toMatchObject({ billingStatus: "past_due", processing: { amount: 5 * perSeat.monthly } });
  });
});

describe("more seats that a bank processes", () => {
  beforeEach(async () => {
    await buy(card);
  });

  test("are added once, when the payment arrives", async () => {
    await payFrom("pm_usBankAccount_success");
    const answer = await resize(8);
    expect(answer).toMatchObject({ change: { to: 8 }, processing: processing(3 * perSeat.monthly) });
    expect(answer.seats).toMatchObject({ paid: 5, capacity: 5 });
    expect(await resultOf(resize(9))).toBe("billing.payment_processing");
    await later(2 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    await later(2 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
    expect(await charged()).toEqual([3 * perSeat.monthly, 5 * perSeat.monthly]);
  });

  test("are dropped if the bank refuses the payment", async () => {
    await payFrom("pm_usBankAccount_insufficientFunds");
    await resize(8);
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect((await info()).change).toBeUndefined();
    expect(await charged()).toEqual([5 * perSeat.monthly]);
  });

  test("do not count before that, even if Stripe adds them at once", async () => {
    await payFrom("pm_usBankAccount_success");
    await resize(8);
    const subscription = billing.server.state.subscriptions.get((await acme.row())?.mirror?.subscription ?? "");
    const [item] = subscription?.items.data ?? [];
    if (!subscription || !item) throw new Error("There is no subscription.");
    Object.assign(subscription.metadata, subscription.pending_update?.metadata);
    subscription.pending_update = null;
    item.quantity = 8;
    await acme.reconcile();
    expect([await acme.organizationRow(), (await info()).change]).toMatchObject([paid, undefined]);
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
  });
});
