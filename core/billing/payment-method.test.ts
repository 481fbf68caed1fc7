import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Billing from "./billing.ts";
import * as Customers from "./customer.ts";
import { billingKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import { expiryOf } from "./payment-method.ts";
import * as Receive from "./receive.ts";
import * as Seats from "./seats.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const shown = async () => (await acme.as(() => Billing.get({}))).paymentMethod;
const customerId = async () => (await acme.row())?.customer ?? "";
const ownMethod = async () => {
  const method = (await acme.subscriptions())[0]?.default_payment_method;
  return typeof method === "string" ? method : "";
};
const usualMethod = async () => {
  const customer = await billing.client.customers.retrieve(await customerId());
  const method = "invoice_settings" in customer ? customer.invoice_settings.default_payment_method : null;
  return typeof method === "string" ? method : "";
};
/** A person chooses another card on the page of Stripe, which changes that of the customer. */
async function choose(card: string) {
  const customer = await customerId();
  const { id } = await billing.client.paymentMethods.attach(card, { customer });
  await billing.client.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  for (const event of billing.inbox.splice(0)) await billing.receive(event);
  await billing.work();
  return id;
}
async function setMethods(methods: { own?: string; usual?: string }) {
  const { subscriptions, customers } = billing.client;
  const [subscription] = await acme.subscriptions();
  const customer = await customerId();
  await customers.update(customer, { invoice_settings: { default_payment_method: methods.usual ?? "" } });
  await subscriptions.update(subscription?.id ?? "", { default_payment_method: methods.own ?? "" });
}
/** Receives what Stripe sent of these types, and does what follows. */
async function receiveOnly(...types: string[]) {
  for (const event of billing.inbox.splice(0)) if (types.includes(event.type)) await billing.receive(event);
  await billing.work();
}
const updates = async () => (await acme.events()).filter(({ type }) => type === "billing.updated").length;

describe("the payment method", () => {
  test("is one: the newer of the subscription's own and the customer's becomes that of the customer", async () => {
    expect(await shown()).toMatchObject({ type: "card", issuer: "visa", last4: "4242" });
    const bought = await usualMethod();
    expect([await ownMethod(), bought]).toEqual(["", expect.stringMatching(/^pm_/)]);
    billing.world.clock.pass(60);
    const { id: other } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    const seen = [];
    for (const methods of [{ own: bought, usual: other }, { own: other, usual: bought }, { usual: bought }, {}]) {
      await setMethods(methods);
      await acme.reconcile();
      seen.push([(await shown())?.issuer, await ownMethod(), await usualMethod()]);
    }
    const mastercard = ["mastercard", "", other];
    expect(seen).toEqual([mastercard, mastercard, ["visa", "", bought], [undefined, "", ""]]);
  });

  test("that was chosen on the page of Stripe is charged, although the subscription was bought with another", async () => {
    await choose("pm_card_chargeCustomerFail");
    billing.world.clock.pass(3_600);
    await choose("pm_card_mastercard");
    billing.world.clock.pass(31 * 86_400);
    billing.server.catchUp();
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active" });
    expect((await acme.invoices()).map(({ status }) => status)).toEqual(["paid", "paid"]);
  });

  const failToRenew = async () => {
    await choose("pm_card_chargeCustomerFail");
    billing.world.clock.pass(32 * 86_400);
    billing.server.catchUp();
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due" });
    billing.world.clock.pass(60);
  };
  const attempts = async () => (await acme.invoices())[0]?.attempt_count;

  test("that is chosen while a payment is due pays it at once, and one that is declined only once", async () => {
    await failToRenew();
    await choose("pm_card_chargeCustomerFail");
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "past_due" });
    expect(await attempts()).toBe(2);
    await choose("pm_card_mastercard");
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", growth: true });
    expect(await attempts()).toBe(3);
  });

  test("that was declined is charged again when it is chosen again", async () => {
    await failToRenew();
    const one = await choose("pm_card_chargeCustomerFail");
    billing.world.clock.pass(600);
    await choose("pm_card_chargeCustomerFail");
    billing.world.clock.pass(600);
    await setMethods({ usual: one });
    await acme.reconcile();
    expect(await attempts()).toBe(4);
  });

  test.each(["busy", "lost", "failed"] as const)(
    "that Stripe does not charge now (%s) is seen, and charged by a later sweep",
    async (outcome) => {
      await failToRenew();
      const pay = () => Promise.reject(new StripeError(outcome, "Not now.", {}));
      billing.world.rebind({ stripe: { ...billing.port, pay } });
      await choose("pm_card_mastercard");
      const subscription = (await acme.row())?.mirror?.subscription ?? "";
      await billing.client.subscriptions.update(subscription, { cancel_at_period_end: true });
      await acme.reconcile();
      const info = await acme.as(() => Billing.get({}));
      expect(info).toMatchObject({
        billingStatus: "past_due",
        cancelAt: expect.any(String),
        paymentMethod: { issuer: "mastercard" },
      });
      billing.world.rebind({ stripe: billing.port });
      billing.world.queued.work.splice(0);
      billing.world.clock.pass(301);
      await billing.sweep();
      await billing.work();
      expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active" });
      expect(await attempts()).toBe(2);
    },
  );

  test.each(["busy", "refused"] as const)(
    "that Stripe does not make the only one (%s) does not make Stripe charge another, and is charged once it is",
    async (outcome) => {
      await failToRenew();
      const failing = await usualMethod();
      const { id: chosen } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
        customer: await customerId(),
      });
      await setMethods({ own: failing, usual: chosen });
      const useMethod = () => Promise.reject(new StripeError(outcome, "Not now.", {}));
      billing.world.rebind({ stripe: { ...billing.port, useMethod } });
      await acme.reconcile();
      expect([await shown(), await attempts()]).toMatchObject([{ issuer: "mastercard" }, 1]);
      billing.world.rebind({ stripe: billing.port });
      await acme.reconcile();
      expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active" });
      expect([await usualMethod(), await attempts()]).toEqual([chosen, 2]);
    },
  );

  test("that Stripe stores errors for is charged by a later look, each time under another key", async () => {
    await failToRenew();
    const keys: string[] = [];
    const pay = async (...[invoice, key]: Parameters<typeof billing.port.pay>) => {
      keys.push(key);
      // Stripe repeats what it has answered to a key
      if (keys.slice(0, 3).includes(key)) throw new StripeError("failed", "Internal error.", {});
      return billing.port.pay(invoice, key);
    };
    billing.world.rebind({ stripe: { ...billing.port, pay } });
    const { id: usual } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    await setMethods({ usual });
    const versions = [];
    for (let looks = 0; looks < 4; looks++) {
      await acme.reconcile();
      versions.push((await acme.row())?.version ?? 0);
    }
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active" });
    expect([keys.length, new Set(keys).size, await attempts()]).toEqual([4, 4, 2]);
    const [first = 0] = versions;
    expect(versions).toEqual([first, first + 1, first + 2, first + 3]);
  });

  test("whose charge gets no answer is charged by the next look, under the same key", async () => {
    await failToRenew();
    const keys: string[] = [];
    const pay = async (...[invoice, key]: Parameters<typeof billing.port.pay>) => {
      keys.push(key);
      if (keys.length < 3) throw new StripeError("lost", "Cut off.", {});
      return billing.port.pay(invoice, key);
    };
    billing.world.rebind({ stripe: { ...billing.port, pay } });
    await choose("pm_card_mastercard");
    for (let looks = 0; looks < 2; looks++) await acme.reconcile();
    expect(keys.length).toBe(3);
    expect(keys[2]).toBe(keys[1]);
  });

  test("that is chosen while a change waits for its payment pays that, and the seats count", async () => {
    await choose("pm_card_authenticationRequired");
    expect(await acme.as(() => Seats.resize({ seats: 9 }))).toMatchObject({ change: { to: 9 } });
    await choose("pm_card_mastercard");
    const info = await acme.as(() => Billing.get({}));
    expect([info.seats.paid, info.change]).toEqual([9, undefined]);
    expect((await acme.events()).at(-1)).toMatchObject({
      type: "billing.resized",
      data: { charged: { amount: 4_000 } },
    });
  });

  test("that Stripe refuses to make the customer's needs attention", async () => {
    const { id: own } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    await setMethods({ own, usual: await usualMethod() });
    const useMethod = () => Promise.reject(new StripeError("refused", "No.", { code: "resource_missing" }));
    billing.world.rebind({ stripe: { ...billing.port, useMethod } });
    expect(await acme.reconcile()).toMatchObject({ result: "attention", why: "method_refused" });
    billing.world.rebind({ stripe: billing.port });
    expect((await acme.reconcile()).why).toBeUndefined();
    expect(await usualMethod()).toBe(own);
  });

  test("of a subscription that has ended is not shown, nor that of a customer who was deleted", async () => {
    const customer = await customerId();
    await billing.client.customers.del(customer);
    expect(await acme.reconcile()).toMatchObject({ result: "repaired" });
    expect([await shown(), (await acme.row())?.mirror?.method]).toEqual([undefined, undefined]);
  });

  test("of a subscription that has ended with one of its own is not recorded, so that no comparison differs", async () => {
    const { id: usual } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    await setMethods({ own: await usualMethod(), usual });
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await acme.reconcile();
    expect((await acme.row())?.mirror).not.toHaveProperty("methodId");
    expect(await billing.compare()).toMatchObject({ differ: 0, expected: 0 });
  });

  test("is copied anew when Stripe says that it changed, with or without its name", async () => {
    const customer = await customerId();
    await billing.client.paymentMethods.update(await usualMethod(), { card: { exp_month: 1, exp_year: 2027 } });
    await receiveOnly("payment_method.updated");
    expect(await shown()).toMatchObject({ expires: "2027-01", expiry: "soon" });

    const { id: usual } = await billing.client.paymentMethods.attach("pm_card_mastercard", { customer });
    await setMethods({ usual });
    await receiveOnly("customer.updated");
    expect((await shown())?.issuer).toBe("mastercard");

    await billing.client.paymentMethods.detach(usual);
    await receiveOnly("payment_method.detached");
    expect(await shown()).toBeUndefined();
  });

  test("is found when no event arrived, and counts as no outcome", async () => {
    billing.world.clock.pass(3_600);
    await billing.client.paymentMethods.update(await usualMethod(), { card: { exp_month: 1, exp_year: 2027 } });
    expect(await billing.compare()).toMatchObject({ differ: 0, expected: 1 });
    billing.world.queued.work.splice(0);
    await billing.catchUp();
    expect(billing.world.queued.work).toContainEqual({ job: "reconcileCustomer", customer: await customerId() });
    await billing.work();
    expect(await shown()).toMatchObject({ expires: "2027-01" });
    const { id: usual } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    await setMethods({ usual });
    await asSystem("webhook", () => Receive.receive({ organization: acme.organization }));
    expect(await billing.sweep()).toMatchObject({ repaired: 0, expected: 1 });
  });

  test("is told in the log when it is another one, and not when a card is valid for longer", async () => {
    const before = await updates();
    await billing.client.paymentMethods.update(await usualMethod(), { card: { exp_month: 6, exp_year: 2035 } });
    await acme.reconcile();
    expect([await updates(), (await shown())?.expires]).toEqual([before, "2035-06"]);
    await setMethods({
      own: (await billing.client.paymentMethods.attach("pm_card_mastercard", { customer: await customerId() })).id,
    });
    expect(await acme.reconcile()).toMatchObject({
      isExpected: true,
      before: { paymentMethod: "visa 4242" },
      after: { paymentMethod: "mastercard 4444" },
    });
    expect(await updates()).toBe(before + 1);
  });

  test("is looked at again later if Stripe is out of reach, and never if it refuses", async () => {
    const customer = await customerId();
    const { port, world } = billing;
    const failing = (outcome: "busy" | "refused") =>
      world.rebind({
        stripe: { ...port, organizationOf: async () => Promise.reject(new StripeError(outcome, "Down.", {})) },
        queues: { send: async (queue, jobs, delaySeconds) => void later.push({ queue, jobs, delaySeconds }) },
      });
    const later: object[] = [];
    const look = () => asSystem("work", () => Customers.reconcileCustomer({ customer }));
    failing("busy");
    expect(await look()).toEqual({ result: "waiting" });
    const job = { job: "reconcileCustomer", customer };
    expect(later.splice(0)).toEqual([{ queue: "work", jobs: [job], delaySeconds: 300 }]);
    failing("refused");
    expect(await look()).toEqual({ result: "equal" });
    expect(later).toEqual([]);
  });

  test("of a customer who is recorded for nobody, or for another organization, concerns nobody", async () => {
    const { id: stranger } = await billing.client.customers.create({ name: "Stranger" });
    const metadata = { organizationId: acme.organization };
    const { id: labeled } = await billing.client.customers.create({ metadata });
    const before = (await acme.row())?.version;
    const mark = billing.server.requests().length;
    for (const customer of [stranger, labeled, "cus_unknown"]) {
      await asSystem("work", () => Customers.reconcileCustomer({ customer }));
    }
    const calls = billing.server.requests().slice(mark);
    expect(calls.map(({ call }) => call)).toEqual(Array(3).fill("customers.retrieve"));
    expect((await acme.row())?.version).toBe(before);
    expect(await billing.world.table.get(billingKeys.dirty(acme.organization))).toBeUndefined();
  });
});

test.each([
  ["2026-10", { expiry: "expired" }],
  ["2026-11", { expiry: "soon" }],
  ["2027-01", { expiry: "soon" }],
  ["2027-02", {}],
  ["2025-12", { expiry: "expired" }],
  [undefined, {}],
])("a card that can be used until %s, in November: %j", (expires, expected) => {
  const method = { type: "card", ...(expires !== undefined && { expires }) };
  expect(expiryOf(method, "2026-11-30T23:59:59.000Z")).toEqual(expected);
});

test("the page for another payment method takes it for the subscription, and leads back", async () => {
  const { url } = await acme.as(() => Manage.portal({ purpose: "payment_method" }));
  const page = await (await fetch(url)).text();
  expect(page).toContain("Payment method");
  expect(page).not.toContain("Tax ids");
  const form = { card: "5555 5555 5555 4444", expiry: "12 / 34", cvc: "123" };
  const answer = await fetch(`${url}/card`, { method: "POST", body: new URLSearchParams(form), redirect: "manual" });
  expect(answer.headers.get("location")).toContain(`/organizations/${acme.organization}/billing`);
  await acme.reconcile();
  expect(await shown()).toMatchObject({ issuer: "mastercard", last4: "4444" });
});
