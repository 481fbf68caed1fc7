import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, openBilling, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { bind } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import * as Billing from "./billing.ts";
import * as Checkout from "./checkout.ts";
import * as Close from "./close.ts";
import * as Manage from "./manage.ts";
import * as Refund from "./refund.ts";
import * as Report from "./report.ts";
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

const refund = (invoice: string) =>
  resultOf(asSystem("operator", () => Refund.refund({ organization: acme.organization, invoice })));
const purchases = async () =>
  (await billing.world.table.query({ ...Keys.changes(acme.organization), consistent: true })).items;

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
    expect(await purchases()).toEqual([]);
    await later(daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await purchases()).toMatchObject([{ cause: "checkout", from: 0, to: 5, by: acme.owner.account }]);
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

  test("adds no seat if the bank refuses it, until it is paid in another way", async () => {
    await debit(poor);
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(free);
    expect(await info()).toMatchObject({ billingStatus: "free", owed: { byBank: true } });
    expect([(await info()).processing, (await info()).seats.paid]).toEqual([undefined, undefined]);
    await payFrom("pm_card_visa");
    const [invoice] = await acme.invoices();
    await billing.client.invoices.pay(invoice?.id ?? "");
    await later(0);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await charged()).toEqual([5 * perSeat.monthly]);
  });

  test("is not paid for a plan that was in force before, whatever it says", async () => {
    await debit(good);
    const row = await acme.row();
    const organization = Keys.organization(acme.organization);
    // as an earlier release has stored it
    const set = { billingStatus: "active", plan: "monthly", capacity: 5 };
    await billing.world.table.write(
      update(raw(organization), { set, add: { free: 2 } }),
      update(raw(Keys.billing(acme.organization)), { unset: ["debit"], set: { version: (row?.version ?? 0) + 1 } }),
    );
    await acme.reconcile();
    expect((await acme.row())?.debit).toMatchObject({ paidSeats: 0 });
    const [invoice] = await acme.invoices();
    for (const { method } of billing.server.state.debits.values()) {
      Object.assign(billing.server.state.cards.get(method) ?? {}, { later: "insufficient_funds" });
    }
    await later(4 * daySeconds);
    expect((await acme.row())?.debit).toMatchObject({ invoice: invoice?.id, hasFailed: true });
    expect(await acme.organizationRow()).toMatchObject({ ...free, billingStatus: "free", free: 2 });
  });

  test("never opens a read-only organization, however often its bank refuses", async () => {
    await buy(card);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    const organization = raw(Keys.organization(acme.organization));
    await billing.world.table.write(update(organization, { add: { free: -4 } }));
    await later(0);
    expect((await acme.organizationRow()).billingStatus).toBe("canceled");
    await debit(poor);
    expect((await acme.organizationRow()).billingStatus).toBe("canceled");
    await later(15 * daySeconds);
    await acme.reconcile();
    const closed = { billingStatus: "read_only", growth: false, capacity: 3 };
    expect(await acme.organizationRow()).toMatchObject(closed);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await later(0);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await debit(poor);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await later(daySeconds);
    expect(await acme.organizationRow()).toMatchObject(closed);
  });

  test.each([undefined, "nz_bank_account"])("adds nothing if it is from %s", async (type) => {
    await debit(good);
    const { debit: first } = (await acme.row()) ?? {};
    await billing.world.table.write(update(raw(Keys.billing(acme.organization)), { unset: ["debit"] }));
    const asOther = async (customer: string) =>
      (await billing.port.subscriptionsOf(customer)).map((one) => {
        const method = type && one.method ? { ...one.method, type } : undefined;
        return { ...one, method };
      });
    bind({ stripe: { ...billing.port, subscriptionsOf: asOther } });
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject(free);
    expect((await acme.row())?.debit).toMatchObject({ invoice: first?.invoice, paidSeats: 0 });
  });

  test("loses to a second subscription that is paid, and is known as a payment to return", async () => {
    await debit(good);
    const second = await subscribeAgain(billing, acme, 4);
    const { debit: first } = (await acme.row()) ?? {};
    await acme.reconcile();
    const { mirror, duplicates } = (await acme.row()) ?? {};
    expect(mirror?.subscription).toBe(second.id);
    expect(duplicates).toMatchObject([{ invoice: first?.invoice, isProcessing: true }]);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 4 });
    expect(await refund(first?.invoice ?? "")).toBe("billing.duplicate_processing");
    expect((await acme.reconcile()).why).toBeUndefined();
    await later(4 * daySeconds);
    expect(await acme.reconcile()).toMatchObject({ why: "duplicate_paid" });
    const events = (await acme.events()).filter(({ type }) => type === "billing.duplicate_canceled");
    expect(events.map(({ data }) => (data as { paid?: object[] }).paid?.length)).toEqual([undefined, 1]);
    expect(await refund(first?.invoice ?? "")).toBe("done");
  });

  test("is nothing to return if the bank refuses it beside a second subscription", async () => {
    await debit(poor);
    await subscribeAgain(billing, acme, 4);
    await acme.reconcile();
    await later(4 * daySeconds);
    expect((await acme.row())?.duplicates).toBeUndefined();
    expect((await acme.reconcile()).result).toBe("equal");
  });

  test.each([good, poor])("is not forgotten when the subscription ends before %s answers", async (account) => {
    await debit(account);
    const { mirror, debit: first } = (await acme.row()) ?? {};
    await billing.client.subscriptions.cancel(mirror?.subscription ?? "");
    await later(0);
    expect(await acme.organizationRow()).toMatchObject(free);
    const again = () => acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    expect(await resultOf(again())).toBe("billing.payment_processing");
    await later(4 * daySeconds);
    const { duplicates } = (await acme.row()) ?? {};
    expect(duplicates?.map(({ invoice }) => invoice)).toEqual(account === good ? [first?.invoice] : undefined);
    expect((await acme.reconcile()).why).toBe(account === good ? "duplicate_paid" : undefined);
    expect(await resultOf(again())).toBe("done");
  });

  test("outlives its organization, until the bank answers", async () => {
    await debit(good);
    const purging = { state: "deleted", growth: false, purgingAt: "2026-12-24T09:00:00.000Z" };
    await billing.world.table.write(update(raw(Keys.organization(acme.organization)), { set: purging }));
    const close = () => asSystem("work", () => Close.close({ organization: acme.organization }));
    expect(await close()).toEqual({ closed: false });
    expect(await acme.row()).toBeDefined();
    await later(4 * daySeconds);
    expect(await close()).toEqual({ closed: true });
    const { items } = await asSystem("operator", () => Report.reports({}));
    expect(items).toMatchObject([{ counts: { attention: 1 } }]);
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

  test("stays beside a second subscription, which is canceled", async () => {
    await renew("pm_usBankAccount_success");
    const { mirror } = (await acme.row()) ?? {};
    const second = await subscribeAgain(billing, acme, 4);
    await acme.reconcile();
    expect((await acme.row())?.mirror?.subscription).toBe(mirror?.subscription);
    expect((await acme.row())?.duplicates).toMatchObject([{ subscription: second.id }]);
    expect(await acme.organizationRow()).toMatchObject(paid);
  });

  test("is found although a later invoice is paid before its event arrives", async () => {
    await buy(card);
    await payFrom("pm_usBankAccount_success");
    billing.world.clock.pass(31 * daySeconds + 2 * hourSeconds);
    billing.server.catchUp();
    const [renewal] = await acme.invoices();
    const { mirror } = (await acme.row()) ?? {};
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
    await billing.client.subscriptions.update(mirror?.subscription ?? "", {
      default_payment_method: id,
      items: [{ id: mirror?.item ?? "", quantity: 8 }],
      proration_behavior: "always_invoice",
    });
    await payFrom("pm_usBankAccount_success");
    expect((await acme.row())?.debit).toMatchObject({ invoice: renewal?.id, paidSeats: 8 });
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
  });

  test("no longer counts as refused once a later invoice is paid", async () => {
    await renew("pm_usBankAccount_insufficientFunds");
    const [submitted] = billing.server.state.debits.values();
    await later((submitted?.endsAt ?? 0) - billing.server.time());
    expect((await acme.row())?.debit?.hasFailed).toBe(true);
    const { mirror, debit: refused } = (await acme.row()) ?? {};
    await payFrom("pm_card_visa");
    await billing.client.subscriptions.update(mirror?.subscription ?? "", {
      items: [{ id: mirror?.item ?? "", quantity: 8 }],
      proration_behavior: "always_invoice",
    });
    await later(0);
    const open = (await acme.invoices()).filter(({ status }) => status === "open");
    expect(open.map(({ id }) => id)).toEqual([refused?.invoice]);
    expect((await acme.row())?.debit).toBeUndefined();
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
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
