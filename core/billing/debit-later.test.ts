import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { describe, expect, test } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { attention } from "./attention.ts";
import { type Debits, processing, withDebits } from "./debit.testing.ts";
import * as Seats from "./seats.ts";

// What a bank processes for a subscription that was paid before: a renewal, or more seats.

let billing: BillingWorld;
let acme: Customer;
let on: Debits;
withDebits(
  (opened) => {
    on = opened;
    ({ billing, acme } = opened);
  },
  { isBought: true },
);

const paid = { billingStatus: "active", capacity: 5, growth: true, hasPaid: true };

test("an account at a bank that is chosen while a change waits is not charged for a change that will be dropped", async () => {
  const customer = (await acme.row())?.customer ?? "";
  const choose = async (token: string) => {
    const id = await on.attach(token);
    await billing.client.customers.update(customer, { invoice_settings: { default_payment_method: id } });
    await on.later(60);
  };
  await choose("pm_card_authenticationRequired");
  expect(await acme.as(() => Seats.resize({ seats: 9 }))).toMatchObject({ change: { to: 9 } });
  await choose("pm_usBankAccount_success");
  await on.later(daySeconds);
  expect(await on.info()).toMatchObject({ seats: { paid: 5 } });
  await on.later(8 * daySeconds);
  expect([(await on.info()).unusedPayments, await on.charged()]).toEqual([undefined, [5 * perSeat.monthly]]);
});

describe("a renewal that a bank processes", () => {
  const renew = async (token: string) => {
    await on.payFrom(token);
    await on.later(31 * daySeconds + 2 * hourSeconds);
  };

  test("changes nothing while it does", async () => {
    await renew("pm_usBankAccount_success");
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await on.info()).toMatchObject({ processing: processing(5 * perSeat.monthly), seats: { paid: 5 } });
    await on.later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect((await on.info()).processing).toBeUndefined();
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

  test("is read once with each look beside a second subscription", async () => {
    await renew("pm_usBankAccount_success");
    await subscribeAgain(billing, acme, 4);
    const { debit } = (await acme.row()) ?? {};
    const read: string[] = [];
    let looks = 0;
    const subscriptionsOf = (customer: string) => {
      looks++;
      return billing.port.subscriptionsOf(customer);
    };
    const invoice = (id: string) => {
      read.push(id);
      return billing.port.invoice(id);
    };
    billing.world.rebind({ stripe: { ...billing.port, invoice, subscriptionsOf } });
    await acme.reconcile();
    // the second one is canceled between the two
    expect([read.filter((id) => id === debit?.invoice).length, looks]).toEqual([2, 2]);
    expect((await acme.row())?.debit).toEqual(debit);
  });

  test("of a second subscription is known as a payment to return beside a later one", async () => {
    const method = await on.attach("pm_usBankAccount_success");
    const second = await subscribeAgain(billing, acme, 4, { default_payment_method: method });
    await billing.client.subscriptions.update(second.id, {
      default_payment_method: await on.attach("pm_card_visa"),
      items: [{ id: second.items.data[0]?.id ?? "", quantity: 6 }],
      proration_behavior: "always_invoice",
    });
    await acme.reconcile();
    expect((await acme.row())?.duplicates).toMatchObject([
      { subscription: second.id, amount: 4 * perSeat.monthly, isProcessing: true },
      { subscription: second.id, amount: 2 * perSeat.monthly },
    ]);
    expect((await acme.row())?.duplicates?.map(({ isProcessing }) => isProcessing)).toEqual([true, undefined]);
  });

  test("is found although a later invoice is paid before its event arrives", async () => {
    await on.payFrom("pm_usBankAccount_success");
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
    await on.payFrom("pm_usBankAccount_success");
    expect((await acme.row())?.debit).toMatchObject({ invoice: renewal?.id, paidSeats: 8 });
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
  });

  test("no longer counts as refused once a later invoice is paid", async () => {
    await renew("pm_usBankAccount_insufficientFunds");
    const [submitted] = billing.server.state.debits.values();
    await on.later((submitted?.endsAt ?? 0) - billing.server.time());
    expect((await acme.row())?.debit?.hasFailed).toBe(true);
    const { mirror, debit: refused } = (await acme.row()) ?? {};
    // Stripe does not take the payment that is tried with the new method
    const pay = () => Promise.reject(new StripeError("refused", "Declined.", { code: "card_declined" }));
    billing.world.rebind({ stripe: { ...billing.port, pay } });
    await on.payFrom("pm_card_visa");
    await billing.client.subscriptions.update(mirror?.subscription ?? "", {
      items: [{ id: mirror?.item ?? "", quantity: 8 }],
      proration_behavior: "always_invoice",
    });
    await on.later(0);
    const open = (await acme.invoices()).filter(({ status }) => status === "open");
    expect(open.map(({ id }) => id)).toEqual([refused?.invoice]);
    expect((await acme.row())?.debit).toBeUndefined();
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
  });

  test("is past due once the bank has refused it", async () => {
    await renew("pm_usBankAccount_insufficientFunds");
    const [submitted] = billing.server.state.debits.values();
    await on.later((submitted?.endsAt ?? 0) - billing.server.time());
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due", capacity: 5, growth: false });
    expect((await on.info()).owed).toMatchObject({ byBank: true });
    await on.later(3 * daySeconds);
    expect(await on.info()).toMatchObject({ billingStatus: "past_due", processing: { amount: 5 * perSeat.monthly } });
  });
});

describe("more seats that a bank processes", () => {
  const charged = { amount: 3 * perSeat.monthly, currency: "usd" };

  test("are added once, when the payment arrives", async () => {
    await on.payFrom("pm_usBankAccount_success");
    const answer = await on.resize(8);
    expect(answer).toMatchObject({ processing: processing(charged.amount), seats: { paid: 5, capacity: 5 } });
    expect(await on.eventsOf("resized")).toMatchObject([{ from: 5, to: 8, charged, shown: charged }]);
    const [invoice] = await acme.invoices();
    expect((await on.changes()).at(-1)).toMatchObject({ to: 8, charged, invoice: invoice?.id });
    expect(await resultOf(on.resize(9))).toBe("billing.payment_processing");
    await on.later(2 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    await on.later(2 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
    expect(await on.charged()).toEqual([charged.amount, 5 * perSeat.monthly]);
  });

  test("are past due if the bank refuses the payment, until it is paid in another way", async () => {
    await on.payFrom("pm_usBankAccount_insufficientFunds");
    await on.resize(8);
    await on.later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due", capacity: 5, growth: false });
    expect(await on.info()).toMatchObject({ owed: { byBank: true }, seats: { paid: 5 } });
    expect(await on.charged()).toEqual([5 * perSeat.monthly]);
    const [invoice] = await acme.invoices();
    const method = await on.attach("pm_card_visa");
    await billing.client.invoices.pay(invoice?.id ?? "", { payment_method: method });
    await on.later(0);
    expect(await acme.organizationRow()).toMatchObject({ ...paid, capacity: 8 });
  });
});

describe("a change that Stripe drops while a bank processes its payment", () => {
  const payment = { amount: 3 * perSeat.monthly, currency: "usd" };
  let invoice: string;
  const attentionOf = async () => (await asSystem("operator", () => attention({}))).items;
  /** A card fails, and somebody pays the invoice from an account, on Stripe's page. */
  const payByBank = async (token: string) => {
    await on.payFrom("pm_card_chargeCustomerFail");
    expect(await on.resize(8)).toMatchObject({ change: { to: 8 } });
    invoice = (await acme.invoices())[0]?.id ?? "";
    await billing.client.invoices.pay(invoice, { payment_method: await on.attach(token) });
    await on.later(hourSeconds);
    expect(await on.info()).toMatchObject({ change: { to: 8 }, processing: { ...payment, type: "" } });
    await on.later(daySeconds);
  };

  test("is said to be dropped, and what the bank pays then can be returned", async () => {
    await payByBank("pm_usBankAccount_success");
    expect(await on.info()).toMatchObject({ processing: { ...payment, type: "", isDropped: true } });
    expect((await on.info()).change).toBeUndefined();
    expect(await on.eventsOf("resize_dropped")).toMatchObject([{ to: 8, reason: "unpaid" }]);
    expect((await on.changes()).at(-1)).toMatchObject({ to: 8, dropped: "unpaid", invoice });
    await billing.sweep();
    const { organization } = acme;
    const waiting = { organization, result: "refused", why: "change_dropped" };
    const [first] = await attentionOf();
    expect(first).toMatchObject({ ...waiting, payments: [] });
    expect(await on.eventsOf("duplicate_canceled")).toEqual([]);
    expect(await on.refund(invoice)).toBe("billing.duplicate_processing");
    await on.later(4 * daySeconds);
    await billing.sweep();
    expect(await attentionOf()).toEqual([{ ...first, payments: [{ invoice, ...payment }] }]);
    const kept = (await acme.row())?.mirror?.subscription;
    expect(await on.eventsOf("duplicate_canceled")).toEqual([{ kept, canceled: [], paid: [{ invoice, ...payment }] }]);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect((await on.info()).processing).toBeUndefined();
    expect(await on.refund(invoice)).toBe("done");
    await billing.sweep();
    expect([await attentionOf(), (await acme.row())?.duplicates]).toEqual([[], undefined]);
  });

  test("needs nothing more if the bank refuses it", async () => {
    await payByBank("pm_usBankAccount_insufficientFunds");
    await billing.sweep();
    expect(await attentionOf()).toMatchObject([{ why: "change_dropped" }]);
    await on.later(4 * daySeconds);
    await billing.sweep();
    expect([await attentionOf(), (await acme.row())?.duplicates]).toEqual([[], undefined]);
    expect(await billing.client.invoices.retrieve(invoice)).toMatchObject({ status: "void" });
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await on.info()).not.toHaveProperty("processing");
  });

  test("is no second subscription beside one that is canceled", async () => {
    await payByBank("pm_usBankAccount_success");
    const second = await subscribeAgain(billing, acme, 4);
    await on.later(4 * daySeconds);
    const { mirror, duplicates } = (await acme.row()) ?? {};
    expect(duplicates?.map(({ subscription }) => subscription)).toEqual([mirror?.subscription, second.id]);
    const reported = (await on.eventsOf("duplicate_canceled")) as { canceled: string[]; paid: object[] }[];
    expect(reported.flatMap(({ canceled }) => canceled)).toEqual([second.id]);
    expect(reported.flatMap(({ paid: payments }) => payments)).toHaveLength(2);
    expect((await acme.reconcile()).why).toBe("duplicate_paid");
    expect(await on.refund(duplicates?.[1]?.invoice ?? "")).toBe("done");
    expect((await acme.reconcile()).why).toBe("change_dropped");
  });
});
