import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { attention } from "./attention.ts";
import * as Dirty from "./dirty.ts";
import * as Refund from "./refund.ts";
import * as Report from "./report.ts";
import type { RefundTarget } from "./shape.ts";

// A second subscription that is paid, and that Stripe refuses to cancel.

const paid = { amount: 2 * perSeat.monthly, currency: "usd" };

let billing: BillingWorld;
let acme: Customer;
let second: string;

eachAcme(async (opened) => {
  ({ billing, acme } = opened);
  const customer = (await acme.row())?.customer ?? "";
  const { id: card } = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
  const made = await billing.client.subscriptions.create({
    customer,
    default_payment_method: card,
    metadata: { organizationId: acme.organization },
    items: [{ price: billing.prices.monthly, quantity: 2 }],
  });
  second = made.id;
  await billing.world.table.write(Dirty.mark(acme.organization));
  const cancel = () => Promise.reject(new StripeError("refused", "No.", { code: "resource_locked" }));
  billing.world.rebind({ stripe: { ...billing.port, cancel } });
}, 5);

const relent = () => billing.world.rebind({ stripe: billing.port });
const eventsOf = async (type: string) =>
  (await acme.events()).filter((one) => one.type === `billing.${type}`).map(({ data }) => data);
const invoicesOf = async () =>
  (await billing.client.invoices.list({ subscription: second, limit: 100 })).data.map(({ id }) => id ?? "");
const live = async () => (await acme.subscriptions()).filter(({ ended_at: endedAt }) => endedAt === null);
const refund = (invoice: string, to: RefundTarget) =>
  asSystem("operator", () => Refund.refund({ organization: acme.organization, invoice, to }));
/** The reasons in all reports, the oldest first. */
const reported = () =>
  asSystem("operator", async () => {
    const { items } = await Report.reports({});
    const found = await Promise.all(items.toReversed().map(({ id }) => Report.report({ report: id })));
    return found.flatMap(({ differences }) => differences.map(({ result }) => result));
  });
const waiting = async () => (await asSystem("operator", () => attention({}))).items;

test("is shown to be refunded while a checkout of the deleted organization cannot be expired", async () => {
  relent();
  expect(await acme.reconcile()).toMatchObject({ why: "duplicate_paid" });
  await billing.client.checkout.sessions.create({
    customer: (await acme.row())?.customer ?? "",
    mode: "subscription",
    success_url: "https://muster.example/done",
    line_items: [{ price: billing.prices.monthly, quantity: 1 }],
  });
  const expireCheckout = () => Promise.reject(new StripeError("refused", "No.", {}));
  billing.world.rebind({ stripe: { ...billing.port, expireCheckout } });
  await billing.world.table.write(
    update(raw(organizationKeys.organization(acme.organization)), { set: { state: "deleted", growth: false } }),
    Dirty.mark(acme.organization),
  );
  expect(await acme.reconcile()).toMatchObject({ why: "expire_refused" });
  const [invoice = ""] = await invoicesOf();
  const payments = [{ invoice, ...paid }];
  expect(await waiting()).toMatchObject([{ why: "expire_refused" }, { why: "duplicate_paid", payments }]);
});

test("is said to be canceled once it is, with all that was paid for it", async () => {
  await billing.sweep();
  billing.world.clock.pass(32 * daySeconds);
  billing.server.catchUp();
  await billing.sweep();
  expect(await eventsOf("duplicate_canceled")).toEqual([]);
  expect((await live()).length).toBe(2);
  const payments = (await invoicesOf()).toReversed().map((invoice) => ({ invoice, ...paid }));
  expect(payments).toHaveLength(2);
  relent();
  await billing.sweep();
  await billing.sweep();
  const kept = (await acme.row())?.mirror?.subscription;
  expect(await eventsOf("duplicate_canceled")).toEqual([{ kept, canceled: [second], paid: payments }]);
  expect((await live()).map(({ id }) => id)).toEqual([kept]);
});

test("shows the operator its payment while it is refused, and the sweep reports both reasons", async () => {
  expect(await billing.sweep()).toMatchObject({ attention: 1 });
  const [invoice = ""] = await invoicesOf();
  const payments = [{ invoice, ...paid }];
  expect(await waiting()).toMatchObject([{ why: "cancel_refused" }, { why: "duplicate_paid", payments }]);
  await billing.sweep();
  relent();
  await billing.sweep();
  await billing.sweep();
  expect(await waiting()).toMatchObject([{ why: "duplicate_paid", payments: [{ invoice, ...paid }] }]);
  expect(await reported()).toEqual(["cancel_refused", "duplicate_paid"]);
});

test("needs attention since it was found, however often something else has changed", async () => {
  relent();
  await billing.sweep();
  const [{ since } = {}] = await waiting();
  billing.world.clock.pass(daySeconds);
  await billing.world.table.write(Dirty.mark(acme.organization));
  expect(await waiting()).toMatchObject([{ why: "duplicate_paid", since }]);
  await billing.sweep();
  expect(await waiting()).toMatchObject([{ why: "duplicate_paid", since }]);
  expect(await reported()).toEqual(["duplicate_paid"]);
});

test.each(["card", "elsewhere"] as const)(
  "a payment for it that was refunded (%s) is not refunded again",
  async (to) => {
    await acme.reconcile();
    const [invoice = ""] = await invoicesOf();
    expect(await refund(invoice, to)).toEqual({ ...paid, to });
    for (let times = 0; times < 2; times++) await acme.reconcile();
    expect((await acme.row())?.duplicates).toBeUndefined();
    expect(await resultOf(refund(invoice, "card"))).toBe("billing.duplicate_missing");
    expect(await eventsOf("duplicate_refunded")).toEqual([{ invoice, ...paid, to }]);
    expect((await billing.client.creditNotes.list({ invoice })).data).toHaveLength(to === "card" ? 1 : 0);
    relent();
    await acme.reconcile();
    expect(await eventsOf("duplicate_canceled")).toMatchObject([{ canceled: [second] }]);
    expect((await acme.row())?.duplicates).toBeUndefined();
  },
);

test("is not said to be canceled if it is kept after all", async () => {
  await acme.reconcile();
  await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
  relent();
  await acme.reconcile();
  expect((await live()).map(({ id }) => id)).toEqual([second]);
  expect((await acme.row())?.mirror?.subscription).toBe(second);
  expect(await eventsOf("duplicate_canceled")).toEqual([]);
});

test("without a price that is sold, one of a deleted organization is still said to be refused", async () => {
  const recorded = (await acme.row())?.mirror?.subscription ?? "";
  await billing.world.table.write(
    update(organizationKeys.organization(acme.organization), { set: { state: "deleted", growth: false } }),
  );
  const subscriptionsOf = async (customer: string) => {
    const all = await billing.port.subscriptionsOf(customer);
    return all.map((one) => (one.id === recorded ? { ...one, items: [] } : one));
  };
  const cancel = () => Promise.reject(new StripeError("refused", "No.", {}));
  billing.world.rebind({ stripe: { ...billing.port, cancel, subscriptionsOf } });
  const also = ["seat_item_missing", "duplicate_paid"];
  expect(await acme.reconcile()).toEqual({ result: "attention", why: "cancel_refused", also, isUnread: true });
  expect((await waiting()).map(({ why }) => why)).toEqual(["cancel_refused", ...also]);
});
