import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openAcme, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import * as Billing from "../billing/billing.ts";
import * as Checkout from "../billing/checkout.ts";
import * as Close from "../billing/close.ts";
import { reconcileDispute } from "../billing/customer.ts";
import { billingKeys } from "../billing/keys.ts";
import * as Seats from "../billing/seats.ts";
import * as Upcoming from "../billing/upcoming.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { bind, plans } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { memberKeys } from "../member/keys.ts";
import { purgeKeys } from "../purge/keys.ts";
import * as Purge from "../purge/run.ts";
import type { Table } from "../table/table.ts";
import * as Deletion from "./deletion.ts";
import { react } from "./react.ts";

let billing: BillingWorld;
let acme: Customer;
beforeEach(async () => {
  ({ billing, acme } = await openAcme());
});
afterEach(async () => {
  billing.server.faults.clear();
  billing.server.verify();
  await billing.stop();
});

const remove = () => acme.as(() => Deletion.deleteByName({ name: "Acme" }));
const restore = () => acme.as(() => Deletion.restore({}));
const reauthenticated = async () => {
  const actor = acme.owner.context.actor as { via: { authenticatedAt: string } };
  actor.via.authenticatedAt = new Date(billing.world.clock.at).toISOString();
};
const invite = () =>
  resultOf(acme.as(() => Sending.send({ invitations: [{ email: "bob@example.com", role: "read" }] })));
const marker = () => billing.world.table.get(billingKeys.dirty(acme.organization));
const statuses = async () => (await acme.subscriptions()).map(({ status }) => status);
/** Runs the reactions to the events. */
async function follow(): Promise<void> {
  const { organization: owner } = acme;
  await asSystem("follow", () => Audit.follow({ owner }));
  const { items } = await billing.world.table.query({ ...kernelKeys.log(owner), to: "9" });
  const resultOf = items.flatMap((row) => Audit.announcement(row) ?? []);
  const [last] = resultOf.filter(({ type }) => /deleted|restored/.test(type)).slice(-1);
  if (last) await asSystem("work", () => react(last));
  await billing.work();
}
const breakStripe = () => billing.server.faults.inject({ fault: "error_before", times: 1_000 });

describe("an organization that pays", () => {
  /** Stays as it was, until somebody restores it. */
  const bought = { billingStatus: "active", capacity: 5, plan: "monthly" };

  test("stops paying once it is deleted", async () => {
    await acme.buy(5);
    await remove();
    expect(await marker()).toBeDefined();
    expect(await statuses()).toEqual(["active"]);
    await follow();
    expect(await statuses()).toEqual(["canceled"]);
    expect(await marker()).toBeUndefined();
    expect(await acme.organizationRow()).toMatchObject({ state: "deleted", growth: false, ...bought });
    expect(await acme.row()).toMatchObject({ mirror: { status: "canceled", quantity: 0 } });
  });

  test("stops paying even if Stripe cannot be reached: the sweep cancels later", async () => {
    await acme.buy(5);
    breakStripe();
    await remove();
    await follow();
    expect(await marker()).toBeDefined();
    billing.server.faults.clear();
    expect(await statuses()).toEqual(["active"]);
    expect(await billing.sweep()).toMatchObject({ repaired: 1 });
    expect([await statuses(), await marker()]).toEqual([["canceled"], undefined]);
  });

  test("gets none of the seats that were being added", async () => {
    await acme.buy(5);
    billing.server.faults.inject({ fault: "error_before", call: "subscriptions.update", times: 9 });
    await resultOf(acme.as(() => Seats.resize({ seats: 9 })));
    billing.server.faults.clear();
    expect(await acme.row()).toMatchObject({ op: { to: 9 } });
    await remove();
    await follow();
    expect(await acme.row()).not.toHaveProperty("op");
    expect([await statuses(), (await acme.invoices()).length]).toEqual([["canceled"], 1]);
    expect(await acme.organizationRow()).toMatchObject(bought);
  });

  test("cannot be paid for by an open checkout", async () => {
    await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
    const customer = (await acme.row())?.customer ?? "";
    const open = () => billing.port.openCheckouts(customer);
    expect(await open()).toHaveLength(1);
    await remove();
    await follow();
    expect(await open()).toEqual([]);
  });

  test("that never bought anything leaves no marker, and does not become a customer", async () => {
    await remove();
    expect(await marker()).toBeUndefined();
    await restore();
    const { table } = billing.world;
    let isFirst = true;
    const overtaken: Table["write"] = async (...steps) => {
      if (isFirst) {
        isFirst = false;
        await acme.as(() => Checkout.checkout({ plan: "monthly", seats: 5 }));
      }
      return table.write(...steps);
    };
    bind({ table: { ...table, write: overtaken } });
    expect(await resultOf(remove())).toBe("organization.changed");
  });
});

describe("an organization that paid and is restored", () => {
  test("is like one whose subscription was canceled, and does not grow", async () => {
    await acme.buy(5);
    await remove();
    await follow();
    await restore();
    expect(await invite()).toBe("organization.frozen");
    await follow();
    expect(await acme.organizationRow()).toMatchObject({
      state: "active",
      billingStatus: "canceled",
      growth: false,
      capacity: 3,
    });
    expect(await invite()).toBe("organization.frozen");
    await acme.buy(4);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", growth: true, capacity: 4 });
    expect(await invite()).toBe("done");
  });

  test("keeps paying if restored in time, and grows once Stripe confirms it", async () => {
    await acme.buy(5);
    await remove();
    await restore();
    expect(await invite()).toBe("organization.frozen");
    await follow();
    expect(await acme.organizationRow()).toMatchObject({
      state: "active",
      billingStatus: "active",
      growth: true,
      capacity: 5,
    });
    expect(await statuses()).toEqual(["active"]);
  });

  describe("whose period is not over", () => {
    const half = () => {
      billing.world.clock.pass(15 * daySeconds);
      return acme.reconcile();
    };
    const balance = async () => {
      const customer = await billing.client.customers.retrieve((await acme.row())?.customer ?? "");
      return "balance" in customer ? customer.balance : undefined;
    };
    const unused = () => acme.as(() => Upcoming.unusedTime({}));

    test.each(["lost", "credited"] as const)("says before what is left, and it is %s", async (unusedTime) => {
      bind({ plans: { ...plans(), unusedTime } });
      await acme.buy(5);
      await half();
      const { amount = 0, ...shown } = await unused();
      expect(shown).toEqual({ currency: "usd", isCredited: unusedTime === "credited" });
      // 15 of the 30 days that begin on November 24
      expect(amount).toBe((5 * perSeat.monthly) / 2);
      await reauthenticated();
      await remove();
      await follow();
      expect(await statuses()).toEqual(["canceled"]);
      expect(await balance()).toBe(unusedTime === "credited" ? -amount : 0);
    });

    const refunds = async () =>
      (await acme.events()).flatMap(({ type, data }) => (type === "billing.duplicate_refunded" ? [data] : []));
    const noted = () =>
      [...billing.server.state.creditNotes.values()].map((one) => [one.invoice, one.amount, one.refunds.length]);

    test("is refunded to the payments for it, the newest first, if the deployment says so", async () => {
      bind({ plans: { ...plans(), unusedTime: "refunded" } });
      await acme.buy(5);
      billing.world.clock.pass(14 * daySeconds);
      await acme.reconcile();
      await acme.as(() => Seats.resize({ seats: 9 }));
      billing.world.clock.pass(daySeconds);
      await acme.reconcile();
      const { amount = 0, ...shown } = await unused();
      expect(shown).toEqual({ currency: "usd", isCredited: false, isRefunded: true });
      expect(amount).toBe((9 * perSeat.monthly) / 2);
      const [added, first] = await acme.invoices();
      const parts = [added?.total ?? 0, amount - (added?.total ?? 0)];
      await reauthenticated();
      await remove();
      await Promise.all([acme.reconcile(), acme.reconcile(), acme.reconcile()]);
      expect([await statuses(), await balance(), (await acme.row())?.unused]).toEqual([["canceled"], 0, undefined]);
      expect(noted()).toEqual([
        [added?.id, parts[0], 1],
        [first?.id, parts[1], 1],
      ]);
      expect(await refunds()).toEqual([
        { invoice: added?.id, amount: parts[0], currency: "usd", to: "card" },
        { invoice: first?.id, amount: parts[1], currency: "usd", to: "card" },
      ]);
      await acme.reconcile();
      expect(noted()).toHaveLength(2);
    });

    test("is refunded to the balance as far as that has paid", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      await half();
      await reauthenticated();
      await remove();
      await follow();
      await reauthenticated();
      await restore();
      await follow();
      await acme.buy(5);
      bind({ plans: { ...plans(), unusedTime: "refunded" } });
      billing.world.clock.pass(6 * daySeconds);
      await acme.reconcile();
      const { amount = 0 } = await unused();
      const card = (5 * perSeat.monthly) / 2;
      await reauthenticated();
      await remove();
      await follow();
      expect(amount).toBeGreaterThan(card);
      expect(await balance()).toBe(card - amount);
      expect(await refunds()).toMatchObject([{ amount, to: "card" }]);
    });

    test("is not refunded if its organization is restored in time, and keeps its subscription", async () => {
      bind({ plans: { ...plans(), unusedTime: "refunded" } });
      await acme.buy(5);
      await half();
      await reauthenticated();
      await remove();
      const refusing = async () => Promise.reject(new StripeError("refused", "Not now.", { code: "resource_locked" }));
      bind({ stripe: { ...billing.port, cancel: refusing } });
      await acme.reconcile();
      expect((await acme.row())?.unused?.parts).toHaveLength(1);
      bind({ stripe: billing.port });
      await reauthenticated();
      await restore();
      await follow();
      expect([await statuses(), noted(), (await acme.row())?.unused]).toEqual([["active"], [], undefined]);
    });

    test.each(["busy", "lost", "refused"] as const)("is refunded once although Stripe answers %s", async (outcome) => {
      bind({ plans: { ...plans(), unusedTime: "refunded" } });
      await acme.buy(5);
      await half();
      await reauthenticated();
      await remove();
      const { port } = billing;
      const failing: typeof port.refund = async (...parts) => {
        if (outcome === "lost") await port.refund(...parts);
        throw new StripeError(outcome, "Not now.", {});
      };
      bind({ stripe: { ...port, refund: failing } });
      await acme.reconcile();
      bind({ stripe: port });
      await acme.reconcile();
      const { duplicates = [], unused: left } = (await acme.row()) ?? {};
      expect(left).toBeUndefined();
      const amount = (5 * perSeat.monthly) / 2;
      expect(duplicates.map((one) => one.amount)).toEqual(outcome === "refused" ? [amount] : []);
      expect(noted().map(([, sum]) => sum)).toEqual(outcome === "refused" ? [] : [amount]);
    });

    test("is credited once, and pays a later subscription first", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      await half();
      await reauthenticated();
      await remove();
      await Promise.all([acme.reconcile(), acme.reconcile(), acme.reconcile()]);
      expect(await balance()).toBe(-(5 * perSeat.monthly) / 2);
      await reauthenticated();
      await restore();
      await follow();
      expect(await acme.as(() => Upcoming.upcoming({}))).toEqual({
        absence: "no_subscription",
        credit: { amount: (5 * perSeat.monthly) / 2, currency: "usd" },
      });
      await acme.buy(5);
      const [invoice] = await acme.invoices();
      expect([invoice?.total, invoice?.amount_due]).toEqual([5 * perSeat.monthly, (5 * perSeat.monthly) / 2]);
      expect((await acme.as(() => Billing.get({}))).unusedPayments).toBeUndefined();
    });

    const setCard = async (card: string) => {
      const { customer = "", mirror } = (await acme.row()) ?? {};
      const { id } = await billing.client.paymentMethods.attach(card, { customer });
      await billing.client.subscriptions.update(mirror?.subscription ?? "", { default_payment_method: id });
    };

    test.each([
      { days: 0, what: "waits for its payment" },
      { days: 2, what: "was not paid in time" },
    ])("is credited as shown, although a change of seats $what", async ({ days }) => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      billing.world.clock.pass((15 - days) * daySeconds);
      await setCard("pm_card_authenticationRequired");
      expect(await acme.as(() => Seats.resize({ seats: 9 }))).toMatchObject({ change: { to: 9 } });
      billing.world.clock.pass(days * daySeconds);
      billing.server.catchUp();
      await acme.reconcile();
      const { amount } = await unused();
      expect([(await acme.invoices())[0]?.status, amount]).toEqual([days ? "void" : "open", (5 * perSeat.monthly) / 2]);
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], -(5 * perSeat.monthly) / 2]);
    });

    test.each(["credited", "refunded"] as const)(
      "is %s for the seats that were paid, although an invoice for more is open",
      async (unusedTime) => {
        bind({ plans: { ...plans(), unusedTime } });
        await acme.buy(5);
        const { mirror } = (await acme.row()) ?? {};
        const sent = { collection_method: "send_invoice", days_until_due: 30 } as const;
        await billing.client.subscriptions.update(mirror?.subscription ?? "", sent);
        await half();
        expect(await acme.as(() => Seats.resize({ seats: 9 }))).toMatchObject({ change: { to: 9 } });
        await reauthenticated();
        await remove();
        await follow();
        const left = (5 * perSeat.monthly) / 2;
        // Stripe makes the invoice with the credit final after an hour, as all that it sends
        billing.world.clock.pass(2 * hourSeconds);
        billing.server.catchUp();
        const notPaid = (await acme.invoices()).filter(({ status }) => status !== "paid");
        expect(notPaid).toMatchObject([{ status: "void", total: (4 * perSeat.monthly) / 2 }]);
        expect([await statuses(), await balance()]).toEqual([["canceled"], unusedTime === "credited" ? -left : 0]);
        expect(await refunds()).toMatchObject(unusedTime === "credited" ? [] : [{ amount: left }]);
        expect(await acme.row()).not.toHaveProperty("op");
      },
    );

    test.each(["open", "lost"])("has nothing left once a bank has reversed its payment: %s", async (ends) => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      await half();
      const [invoice] = await acme.invoices();
      const { id: dispute } = billing.server.dispute(invoice?.id ?? "");
      if (ends === "lost") await billing.client.disputes.close(dispute);
      await asSystem("work", () => reconcileDispute({ dispute }));
      expect(await unused()).toEqual({ isCredited: true });
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
    });

    test("has nothing left while an invoice for more seats waits to be paid by hand", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      const [subscription] = await acme.subscriptions();
      const sent = { collection_method: "send_invoice", days_until_due: 30 } as const;
      await billing.client.subscriptions.update(subscription?.id ?? "", sent);
      await half();
      await acme.as(() => Seats.resize({ seats: 8 }));
      expect(await unused()).toEqual({ isCredited: true });
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
    });

    test("is credited, although its invoice begins with many changes of the period before", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(9);
      for (let seats = 8; seats > 2; seats--) {
        const [subscription] = await acme.subscriptions();
        const items = [{ id: subscription?.items.data[0]?.id ?? "", quantity: seats }];
        const change = { items, proration_behavior: "create_prorations" as const };
        await billing.client.subscriptions.update(subscription?.id ?? "", change);
      }
      billing.world.clock.pass(40 * daySeconds);
      billing.server.catchUp();
      await acme.reconcile();
      const [renewal] = await acme.invoices();
      expect(renewal).toMatchObject({ status: "paid", lines: { has_more: true } });
      const before = (await balance()) ?? 0;
      const { amount = 0 } = await unused();
      await reauthenticated();
      await remove();
      await follow();
      expect(amount).toBeGreaterThan(0);
      expect([await statuses(), await balance()]).toEqual([["canceled"], before - amount]);
    });

    test("has nothing left of a renewal that is not charged yet", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      billing.world.clock.pass(30 * daySeconds + 60);
      billing.server.catchUp();
      await acme.reconcile();
      expect((await acme.invoices()).map(({ status }) => status)).toEqual(["draft", "paid"]);
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
    });

    test("has nothing left of a renewal that is charged after the deletion, which is returned by itself", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      billing.world.clock.pass(20 * daySeconds);
      await acme.reconcile();
      await reauthenticated();
      await remove();
      billing.world.clock.pass(12 * daySeconds);
      billing.server.catchUp();
      await acme.reconcile();
      const [renewal] = await acme.invoices();
      const { duplicates = [] } = (await acme.row()) ?? {};
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
      expect(duplicates.map(({ invoice, amount }) => [invoice, amount])).toEqual([[renewal?.id, renewal?.total]]);
    });

    test.each([
      { card: "pm_usBankAccount_success", behavior: "error_if_incomplete", status: "active" },
      { card: "pm_card_chargeCustomerFail", behavior: "allow_incomplete", status: "past_due" },
    ] as const)("has nothing left while a change that was made is not paid: $status", async (change) => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      billing.world.clock.pass(15 * daySeconds);
      await setCard(change.card);
      const [subscription] = await acme.subscriptions();
      const updated = await billing.client.subscriptions.update(subscription?.id ?? "", {
        items: [{ id: subscription?.items.data[0]?.id ?? "", quantity: 9 }],
        proration_behavior: "always_invoice",
        payment_behavior: change.behavior,
      });
      expect(updated.status).toBe(change.status);
      await acme.reconcile();
      expect(await unused()).toEqual({ isCredited: true });
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
    });

    test("has nothing left that nobody has paid", async () => {
      bind({ plans: { ...plans(), unusedTime: "credited" } });
      await acme.buy(5);
      await setCard("pm_card_chargeCustomerFail");
      billing.world.clock.pass(32 * daySeconds);
      billing.server.catchUp();
      await acme.reconcile();
      expect(await unused()).toEqual({ isCredited: true });
      await reauthenticated();
      await remove();
      await follow();
      expect([await statuses(), await balance()]).toEqual([["canceled"], 0]);
    });
  });

  test("while its subscription is being canceled has no unpaid seat", async () => {
    await acme.buy(5);
    await remove();
    const late = async (id: string) => {
      await restore();
      expect(await invite()).toBe("organization.frozen");
      return billing.port.cancel(id);
    };
    bind({ stripe: { ...billing.port, cancel: late } });
    await acme.reconcile();
    bind({ stripe: billing.port });
    await billing.sweep();
    expect([await statuses(), await marker()]).toEqual([["canceled"], undefined]);
    expect(await acme.organizationRow()).toMatchObject({ state: "active", billingStatus: "canceled", growth: false });
  });

  test("does not grow while Stripe cannot be reached", async () => {
    await acme.buy(5);
    await remove();
    breakStripe();
    await restore();
    await follow();
    expect(await acme.organizationRow()).toMatchObject({ growth: false });
    expect(await marker()).toBeDefined();
  });
});

describe("the purge of an organization that paid", () => {
  const purge = () => asSystem("imports", () => Purge.run({ job: "purge", organization: acme.organization }));
  const close = () => asSystem("work", () => Close.close({ organization: acme.organization }));
  const customers = async () => (await billing.client.customers.list({ limit: 100 })).data.length;
  async function work() {
    const { work: jobs } = billing.world.queued;
    for (const job of jobs.splice(0)) if ((job as Close.Job).job === "close") await close();
  }
  async function due(): Promise<void> {
    await acme.buy(5);
    await reauthenticated();
    await remove();
    billing.world.clock.pass(30 * daySeconds);
    billing.world.queued.work.length = 0;
  }

  test("waits until Stripe has nothing of it, and removes the customer last", async () => {
    await due();
    breakStripe();
    await purge();
    await work();
    await purge();
    billing.server.faults.clear();
    expect(await acme.row()).toBeDefined();
    expect(await billing.world.table.get(memberKeys.member(acme.organization, acme.owner.account))).toBeDefined();
    await work();
    expect([await acme.row(), await marker(), await customers()]).toEqual([undefined, undefined, 0]);
    expect((await billing.client.subscriptions.list({ status: "all" })).data.map(({ status }) => status)).toEqual([
      "canceled",
    ]);
    await purge();
    await purge();
    expect(await billing.world.table.get(purgeKeys.purged(acme.organization))).toBeDefined();
  });

  test("keeps a customer who buys other products, and those products", async () => {
    await due();
    const customer = (await acme.row())?.customer ?? "";
    const method = await billing.client.paymentMethods.attach("pm_card_visa", { customer });
    const items = [{ price: billing.prices.monthly, quantity: 1 }];
    const other = await billing.client.subscriptions.create({ customer, items, default_payment_method: method.id });
    await purge();
    await work();
    expect(await acme.row()).toBeUndefined();
    const all = (await billing.client.subscriptions.list({ customer, status: "all" })).data;
    expect(all.find(({ id }) => id === other.id)?.status).toBe("active");
    expect(all.filter(({ status }) => status === "active")).toHaveLength(1);
  });

  test("ends nothing of an organization that is not being purged", async () => {
    await acme.buy(5);
    await remove();
    expect(await close()).toEqual({ closed: false });
    expect(await statuses()).toEqual(["active"]);
  });

  test("continues after a crash at any call of closing", async () => {
    for (const moment of ["before", "after"] as const) {
      for (let call = 1, hasCrashed = true; hasCrashed; call++) {
        acme = await billing.createOrganization(acme.owner);
        await due();
        await purge();
        const process = crashAt(billing.world, call, moment, billing.port);
        bind(process.ports);
        await resultOf(close());
        billing.world.rebind({ stripe: billing.port });
        hasCrashed = process.hasCrashed();
        expect(await close()).toEqual({ closed: true });
        expect([await acme.row(), await marker(), await customers()]).toEqual([undefined, undefined, 0]);
      }
    }
  });
});
