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
  test("is the subscription's own before that of the customer, as Stripe decides", async () => {
    expect(await shown()).toMatchObject({ type: "card", issuer: "visa", last4: "4242" });
    const { id: other } = await billing.client.paymentMethods.attach("pm_card_mastercard", {
      customer: await customerId(),
    });
    const own = await ownMethod();
    const seen = [];
    for (const methods of [{ own, usual: other }, { own: other, usual: own }, { usual: other }, {}]) {
      await setMethods(methods);
      await acme.reconcile();
      seen.push((await shown())?.issuer);
    }
    expect(seen).toEqual(["visa", "mastercard", "mastercard", undefined]);
  });

  test("of a subscription that has ended is not shown, nor that of a customer who was deleted", async () => {
    const customer = await customerId();
    await billing.client.customers.del(customer);
    expect(await acme.reconcile()).toMatchObject({ result: "repaired" });
    expect([await shown(), (await acme.row())?.mirror?.method]).toEqual([undefined, undefined]);
  });

  test("is copied anew when Stripe says that it changed, with or without its name", async () => {
    const customer = await customerId();
    const own = await ownMethod();
    await billing.client.paymentMethods.update(own, { card: { exp_month: 1, exp_year: 2027 } });
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

  test("is found when no event arrived, and counts as no trouble", async () => {
    billing.world.clock.pass(3_600);
    await billing.client.paymentMethods.update(await ownMethod(), { card: { exp_month: 1, exp_year: 2027 } });
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
    await billing.client.paymentMethods.update(await ownMethod(), { card: { exp_month: 6, exp_year: 2035 } });
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
    const failing = (trouble: "busy" | "refused") =>
      world.rebind({
        stripe: { ...port, organizationOf: async () => Promise.reject(new StripeError(trouble, "Down.", {})) },
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
