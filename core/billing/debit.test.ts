import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { subscribeAgain } from "@muster/local/testing/fixtures/second-subscription.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, card, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { bind, plans } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Checkout from "./checkout.ts";
import * as Close from "./close.ts";
import { type Debits, good, methodTypes, poor, processing, withDebits } from "./debit.testing.ts";
import { billingKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import * as Report from "./report.ts";
import * as Seats from "./seats.ts";

// The first payment from an account at a bank, which answers in days.

let billing: BillingWorld;
let acme: Customer;
let on: Debits;
withDebits((opened) => {
  on = opened;
  ({ billing, acme } = opened);
});

const free = { capacity: 3, growth: true };
const paid = { billingStatus: "active", capacity: 5, growth: true, hasPaid: true };

/** The ends of grace periods that events name. */
const announced = async () =>
  (await acme.events())
    .filter(({ type }) => type === "billing.updated")
    .flatMap(({ data }) => (data as { after: { graceUntil?: string } }).after.graceUntil ?? []);

test("a checkout offers what is configured, or leaves the choice to Stripe", async () => {
  const sent = async () => {
    await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    const [session] = [...billing.server.state.sessions.values()].slice(-1);
    return session?.payment_method_types;
  };
  expect(await sent()).toEqual(methodTypes);
  const { methodTypes: _, ...others } = plans();
  bind({ plans: others });
  expect(await sent()).toEqual(["card"]);
});

describe("a first payment that a bank processes", () => {
  test("adds nothing until it arrives, and then everything", async () => {
    const answer = await on.debit(good ?? "");
    expect(answer).toMatchObject({ billingStatus: "free", processing: processing(5 * perSeat.monthly) });
    expect(answer.seats).toEqual({ capacity: 3, committed: 1, minimum: 1 });
    expect(await acme.organizationRow()).toMatchObject(free);
    expect((await acme.organizationRow()).hasPaid).toBeUndefined();
    await on.later(3 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(free);
    expect(await on.changes()).toEqual([]);
    await on.later(daySeconds);
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await on.changes()).toMatchObject([{ cause: "checkout", from: 0, to: 5, by: acme.owner.account }]);
    expect((await on.info()).processing).toBeUndefined();
    expect(await on.charged()).toEqual([5 * perSeat.monthly]);
  });

  test("cannot be made twice", async () => {
    await on.debit(good ?? "");
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
    await on.debit(poor);
    await on.later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(free);
    expect(await on.info()).toMatchObject({ billingStatus: "free", owed: { byBank: true } });
    expect([(await on.info()).processing, (await on.info()).seats.paid]).toEqual([undefined, undefined]);
    const again = acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    await expect(again).rejects.toThrow("The bank refused the first payment for this subscription. Pay its invoice");
    await on.payFrom("pm_card_visa");
    expect(await acme.organizationRow()).toMatchObject(paid);
    expect(await on.charged()).toEqual([5 * perSeat.monthly]);
  });

  test("is not paid for a plan that was in force before, whatever it says", async () => {
    await on.debit(good ?? "");
    const row = await acme.row();
    const organization = organizationKeys.organization(acme.organization);
    // as an earlier release has stored it
    const set = { billingStatus: "active", plan: "monthly", capacity: 5 };
    await billing.world.table.write(
      update(raw(organization), { set, add: { free: 2 } }),
      update(raw(billingKeys.billing(acme.organization)), {
        unset: ["debit"],
        set: { version: (row?.version ?? 0) + 1 },
      }),
    );
    await acme.reconcile();
    expect((await acme.row())?.debit).toMatchObject({ paidSeats: 0 });
    const [invoice] = await acme.invoices();
    for (const { method } of billing.server.state.debits.values()) {
      Object.assign(billing.server.state.cards.get(method) ?? {}, { later: "insufficient_funds" });
    }
    await on.later(4 * daySeconds);
    expect((await acme.row())?.debit).toMatchObject({ invoice: invoice?.id, hasFailed: true });
    expect(await acme.organizationRow()).toMatchObject({ ...free, billingStatus: "free", free: 2 });
  });

  test("never opens a read-only organization, however often its bank refuses", async () => {
    await on.buy(card);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    const organization = raw(organizationKeys.organization(acme.organization));
    await billing.world.table.write(update(organization, { add: { free: -4 } }));
    await on.later(0);
    expect((await acme.organizationRow()).billingStatus).toBe("canceled");
    await on.debit(poor);
    expect((await acme.organizationRow()).billingStatus).toBe("canceled");
    await on.later(15 * daySeconds);
    await acme.reconcile();
    const closed = { billingStatus: "read_only", growth: false, capacity: 3 };
    expect(await acme.organizationRow()).toMatchObject(closed);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await on.later(0);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await on.debit(poor);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await on.later(4 * daySeconds);
    expect(await acme.organizationRow()).toMatchObject(closed);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await on.later(daySeconds);
    expect(await acme.organizationRow()).toMatchObject(closed);
  });

  test.each([undefined, "nz_bank_account"])("adds nothing if it is from %s", async (type) => {
    await on.debit(good ?? "");
    const { debit: first } = (await acme.row()) ?? {};
    await billing.world.table.write(update(raw(billingKeys.billing(acme.organization)), { unset: ["debit"] }));
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
    await on.debit(good ?? "");
    const second = await subscribeAgain(billing, acme, 4);
    const { debit: first } = (await acme.row()) ?? {};
    await acme.reconcile();
    const { mirror, duplicates } = (await acme.row()) ?? {};
    expect(mirror?.subscription).toBe(second.id);
    expect(duplicates).toMatchObject([{ invoice: first?.invoice, isProcessing: true }]);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", capacity: 4 });
    expect(await on.refund(first?.invoice ?? "")).toBe("billing.duplicate_processing");
    expect((await acme.reconcile()).why).toBeUndefined();
    await on.later(4 * daySeconds);
    expect(await acme.reconcile()).toMatchObject({ why: "duplicate_paid" });
    const events = (await acme.events()).filter(({ type }) => type === "billing.duplicate_canceled");
    expect(events.map(({ data }) => (data as { paid?: object[] }).paid?.length)).toEqual([undefined, 1]);
    expect(await on.refund(first?.invoice ?? "")).toBe("done");
  });

  test("is nothing to return if the bank refuses it beside a second subscription", async () => {
    await on.debit(poor);
    await subscribeAgain(billing, acme, 4);
    await acme.reconcile();
    await on.later(4 * daySeconds);
    expect((await acme.row())?.duplicates).toBeUndefined();
    expect((await acme.reconcile()).result).toBe("equal");
  });

  test.each([good, poor])("is not forgotten when the subscription ends before %s answers", async (account) => {
    await on.debit(account);
    const { mirror, debit: first } = (await acme.row()) ?? {};
    await billing.client.subscriptions.cancel(mirror?.subscription ?? "");
    await on.later(0);
    expect(await acme.organizationRow()).toMatchObject(free);
    const again = () => acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    expect(await resultOf(again())).toBe("billing.payment_processing");
    await on.later(4 * daySeconds);
    const { duplicates } = (await acme.row()) ?? {};
    expect(duplicates?.map(({ invoice }) => invoice)).toEqual(account === good ? [first?.invoice] : undefined);
    expect((await acme.reconcile()).why).toBe(account === good ? "paid_after_end" : undefined);
    await acme.reconcile();
    const told = (await on.eventsOf("payment_unused")) as { paid: { invoice: string }[] }[];
    const invoices = told.map(({ paid }) => paid.map(({ invoice }) => invoice).join());
    expect(invoices).toEqual(account === good ? [first?.invoice] : []);
    expect(await on.info()).toMatchObject({ billingStatus: "free", seats: { capacity: 3 } });
    expect(await resultOf(again())).toBe("done");
  });

  test("that arrives in time is no payment to return, however late it is seen: grace runs from the end", async () => {
    await on.debit(good ?? "");
    billing.world.clock.pass(4 * daySeconds);
    billing.server.catchUp();
    const { mirror } = (await acme.row()) ?? {};
    billing.world.clock.pass(1);
    const ended = await billing.client.subscriptions.cancel(mirror?.subscription ?? "");
    await on.later(daySeconds);
    expect((await acme.row())?.duplicates).toBeUndefined();
    const graceUntil = new Date(((ended.ended_at ?? 0) + 14 * daySeconds) * 1_000).toISOString();
    expect(await on.info()).toMatchObject({ billingStatus: "canceled", graceUntil });
    expect(await announced()).toEqual([graceUntil]);
  });

  test("that never arrives leaves the grace period of the subscription before as it is, in events, too", async () => {
    await on.buy(card);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await on.later(daySeconds);
    const { graceUntil } = await on.info();
    await on.debit(poor);
    await on.later(5 * daySeconds);
    await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
    await on.later(daySeconds);
    expect(await on.info()).toMatchObject({ billingStatus: "canceled", graceUntil });
    expect([...new Set(await announced())]).toEqual([graceUntil]);
    await on.later(8 * daySeconds);
    expect(await acme.reconcile()).toMatchObject({ result: "repaired", isExpected: true });
    expect(await on.info()).toMatchObject({ billingStatus: "free" });
  });

  test("outlives its organization, until the bank answers", async () => {
    await on.debit(good ?? "");
    const purging = { state: "deleted", growth: false, purgingAt: "2026-12-24T09:00:00.000Z" };
    await billing.world.table.write(update(raw(organizationKeys.organization(acme.organization)), { set: purging }));
    const close = () => asSystem("work", () => Close.close({ organization: acme.organization }));
    expect(await close()).toEqual({ closed: false });
    expect(await acme.row()).toBeDefined();
    await on.later(4 * daySeconds);
    expect(await close()).toEqual({ closed: true });
    const { items } = await asSystem("operator", () => Report.reports({}));
    expect(items).toMatchObject([{ counts: { attention: 1 } }]);
  });
});

test("a bank's first payment that arrives after the end is reported by a purge that sees it first", async () => {
  await on.debit(good ?? "");
  await billing.client.subscriptions.cancel((await acme.row())?.mirror?.subscription ?? "");
  await acme.reconcile();
  const purging = { state: "deleted", growth: false, purgingAt: "2026-12-24T09:00:00.000Z" };
  await billing.world.table.write(update(raw(organizationKeys.organization(acme.organization)), { set: purging }));
  billing.world.clock.pass(8 * daySeconds);
  billing.server.catchUp();
  billing.inbox.splice(0);
  expect(await asSystem("work", () => Close.close({ organization: acme.organization }))).toEqual({ closed: true });
  const month = billingKeys.reports(new Date(billing.world.clock.at).toISOString().slice(0, 7));
  const { items } = await billing.world.table.query({ ...month, consistent: true });
  expect(items.map(({ counts }) => counts)).toEqual([{ attention: 1 }]);
});
