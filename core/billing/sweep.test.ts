import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { stripe } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { put, type Table, update } from "../table/table.ts";
import * as Attention from "./attention.ts";
import * as Breaker from "./breaker.ts";
import * as Compare from "./compare.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import * as Manage from "./manage.ts";
import * as Report from "./report.ts";
import type { BillingRow } from "./row.ts";
import * as Seats from "./seats.ts";
import * as Sweep from "./sweep.ts";

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const quantity = async (of: Customer = acme) => (await of.row())?.mirror?.quantity;
const reports = async () => (await asSystem("operator", () => Report.reports({}))).items;
const differences = async () => {
  const [newest] = await reports();
  return asSystem("operator", () => Report.report({ report: newest?.id ?? "" })).then((one) => one.differences);
};
const attention = async () => (await asSystem("operator", () => Attention.attention({}))).items;
const markers = () => Dirty.marked();

test("events shuffled, duplicated and a third of them lost: after the sweeps both sides agree", async () => {
  // three events of each are a thousand
  const edits = depth(20, 334);
  for (let n = 0; n < edits; n++) {
    await acme.edit(5 + (n % 7));
    if (n % 150 === 0 || n % 150 === 149) billing.world.clock.pass(3_700);
  }
  const events = billing.inbox.splice(0).flatMap((event, n) => (n % 3 === 0 ? [] : [event, event, event]));
  const shuffled = events.map((event, n) => ({ event, at: (n * 7_919) % 1_009 })).sort((a, b) => a.at - b.at);
  for (const { event } of shuffled.slice(0, Math.ceil(0.6 * edits))) await billing.receive(event);
  expect(billing.world.queued.work.splice(0, Math.floor(0.45 * edits))).not.toEqual([]);
  await billing.work();
  await billing.sweep();
  expect(await quantity()).toBe((await acme.subscriptions())[0]?.items.data[0]?.quantity);
  expect(await markers()).toEqual([]);
});

describe("events that never arrived", () => {
  test("are found from the watermark on, which moves once all are marked", async () => {
    await acme.edit(8);
    billing.inbox.splice(0);
    expect(await markers()).toEqual([]);
    expect(await billing.catchUp()).toMatchObject({ organizations: 1 });
    // events of its customer queue it too, and a queue can lose what it has
    expect(await markers()).toMatchObject([{ organization: acme.organization }]);
    await billing.work();
    expect(await quantity()).toBe(8);
    billing.world.clock.pass(3_600);
    expect(await billing.catchUp()).toMatchObject({ organizations: 1 });
    billing.world.clock.pass(3_600);
    expect(await billing.catchUp()).toEqual({ events: 0, organizations: 0, tripped: false });
  });

  test("can still be found when marking them fails", async () => {
    await acme.edit(8);
    billing.server.faults.inject({ fault: "error_before", call: "events.list" });
    expect(await resultOf(billing.catchUp())).toContain("StripeError");
    expect(await billing.world.table.get(kernelKeys.watermark("billing.events"))).toBeUndefined();
    billing.world.clock.pass(7_200);
    expect(await billing.catchUp()).toMatchObject({ organizations: 1 });
  });
});

describe("a full comparison", () => {
  test("finds changes without an event, and corrects nothing itself", async () => {
    await acme.edit(8);
    expect(await billing.compare()).toEqual({ checked: 1, differ: 1, expected: 0, isComplete: true, tripped: false });
    expect(await quantity()).toBe(5);
    expect(await reports()).toMatchObject([{ kind: "full", counts: { checked: 1, differ: 1 }, tripped: false }]);
    expect(await differences()).toMatchObject([{ result: "differs", after: { quantity: 8 } }]);
    await billing.sweep();
    expect(await quantity()).toBe(8);
    const before = await billing.world.rows.scan();
    expect(await billing.compare()).toEqual({ checked: 1, differ: 0, expected: 0, isComplete: true, tripped: false });
    expect(await billing.world.rows.scan()).toEqual(before);
  });

  test("writes nothing about an organization that agrees with Stripe", async () => {
    await acme.reconcile();
    const { table } = billing.world;
    const written: string[] = [];
    const write: Table["write"] = (...steps) => {
      written.push(...steps.map(({ key }) => key.sk));
      return table.write(...steps);
    };
    billing.world.rebind({ table: { ...table, write } });
    await acme.reconcile();
    billing.world.rebind();
    expect(written).toEqual([]);
  });

  test("finds a subscription that Stripe has and we do not, and the reverse", async () => {
    const [subscription] = await acme.subscriptions();
    billing.server.state.subscriptions.delete(subscription?.id ?? "");
    billing.world.clock.pass(5 * 86_400);
    const bob = await billing.createOrganization(acme.owner);
    await bob.buy(3);
    const { table } = billing.world;
    const key = billingKeys.billing(bob.organization);
    const { customer } = (await table.get(key)) as BillingRow;
    await table.write(put(key, { customer, version: 7 }));
    expect(await billing.compare()).toMatchObject({ differ: 2, isComplete: true });
    expect(await differences()).toMatchObject([
      { result: "not the known subscription" },
      { result: "unknown to Stripe" },
    ]);
    await billing.sweep();
    expect(await quantity(bob)).toBe(3);
  });

  test("continues where its deadline stopped it", async () => {
    const { organization } = acme;
    const customer = (await acme.row())?.customer ?? "";
    const subscribe = () =>
      billing.client.subscriptions.create({
        customer,
        items: [{ price: billing.prices.monthly, quantity: 1 }],
        metadata: { organizationId: organization },
        trial_period_days: 300,
      });
    const { subscriptions } = billing.server.state;
    billing.world.clock.pass(86_400);
    const { id: first } = await subscribe();
    await billing.client.subscriptions.cancel(first);
    for (let n = 1; n < 129; n++) {
      if (n % 40 === 0) billing.world.clock.pass(86_400);
      const id = `${first}${n}`;
      const ended = structuredClone(subscriptions.get(first));
      if (ended) subscriptions.set(id, Object.assign(ended, { id, created: billing.server.time() }));
    }
    await subscribe();
    const late = () => asSystem("clock.billing", () => Compare.compare({}), billing.world.clock.at - 1);
    const resume = () => asSystem("clock.billing", () => Compare.compare({ onlyResume: true }));
    expect(await resume()).toEqual({ checked: 0, differ: 0, expected: 0, isComplete: true, tripped: false });
    expect(await late()).toMatchObject({ isComplete: false });
    const last = await resume();
    // one organization on each of five days, although a page ends amid one of them
    expect(last).toMatchObject({ isComplete: true, differ: 1, checked: 5 });
    const ids: string[] = [];
    for (let next: string | undefined, isLast = false; !isLast; isLast = next === undefined) {
      const page = await stripe().subscriptions(next);
      ids.push(...page.items.map(({ id }) => id));
      next = page.next;
    }
    expect([ids.length, new Set(ids).size]).toEqual([131, 131]);
    await billing.sweep();
    expect((await acme.subscriptions()).filter(({ status }) => status !== "canceled")).toHaveLength(1);
  });

  test("changes nothing if too much differs", async () => {
    const { allowed } = Report;
    expect([allowed(10), allowed(10_000), allowed(10_000_000)]).toEqual([20, 100, 500]);
    const others: Customer[] = [];
    for (let n = 0; n < 21; n++) {
      const other = await billing.createOrganization(acme.owner);
      await other.buy(3);
      others.push(other);
    }
    for (const other of others) await other.edit(4);
    expect(await billing.compare()).toEqual({ checked: 22, differ: 21, expected: 0, isComplete: true, tripped: true });
    expect(await markers()).toEqual([]);
    expect(await reports()).toMatchObject([{ tripped: true, counts: { differ: 21 } }]);
    // an operator who knows the cause allows it
    expect(await asSystem("operator", () => Compare.compare({ max: 21 }))).toMatchObject({ differ: 21 });
    expect(await markers()).toHaveLength(21);
  });
});

describe("what only time or a release explains", () => {
  const compare = () => asSystem("clock.billing", () => Compare.compare({ max: 0 }));
  const sweep = () => asSystem("clock.billing", () => Sweep.sweep({ max: 0 }));
  /** The decision that ends it, where any difference that counts is too much. */
  const finishing = async () => [
    await compare(),
    await sweep(),
    (await acme.organizationRow()).billingStatus,
    await compare(),
    await reports(),
  ];
  const finished = (billingStatus: string) => [
    expect.objectContaining({ differ: 0, expected: 1, tripped: false }),
    expect.objectContaining({ repaired: 0, expected: 1, tripped: false }),
    billingStatus,
    expect.objectContaining({ differ: 0, expected: 0 }),
    [],
  ];
  const finish = async () => {
    await asSystem("operator", () => Breaker.resetBreaker({ by: "Ada" }));
    await acme.reconcile();
  };
  const asCopiedByEarlierRelease = (set: object = {}) =>
    billing.world.table.write(update(billingKeys.billing(acme.organization), { set, unset: ["mirrorVersion"] }));
  async function addSupport() {
    const { prices, products, subscriptions } = billing.client;
    const { id: product } = await products.create({ name: "Support" });
    const recurring = { interval: "month" as const };
    const { id: price } = await prices.create({ product, currency: "usd", unit_amount: 100, recurring });
    const [subscription] = await acme.subscriptions();
    await subscriptions.update(subscription?.id ?? "", { items: [{ price }] });
  }
  const later = (days: number) => {
    billing.world.clock.pass(days * 86_400);
    billing.server.catchUp();
  };

  test("is a renewal", async () => {
    later(31);
    expect(await finishing()).toEqual(finished("active"));
  });

  test("is the end of a subscription that was canceled, and of its grace period", async () => {
    await acme.as(() => Manage.cancel({}));
    later(31);
    expect(await finishing()).toEqual(finished("canceled"));
    later(14);
    expect(await finishing()).toEqual(finished("free"));
  });

  test("is a field that an earlier release did not copy", async () => {
    await asCopiedByEarlierRelease();
    await addSupport();
    expect(await finishing()).toEqual(finished("active"));
  });

  test("is the instant of an end, which an earlier release did not copy", async () => {
    await acme.as(() => Manage.cancel({}));
    later(31);
    await acme.reconcile();
    await asCopiedByEarlierRelease({ endedAt: new Date(billing.world.clock.at).toISOString() });
    expect(await finishing()).toEqual(finished("canceled"));
  });

  test("is not an edit, an item that this release would have copied, or a payment that fails", async () => {
    await acme.edit(8);
    expect(await compare()).toMatchObject({ differ: 1, expected: 0, tripped: true });
    await finish();
    await addSupport();
    expect(await compare()).toMatchObject({ differ: 1, expected: 0, tripped: true });
    await finish();
    const customer = (await acme.row())?.customer ?? "";
    const { id } = await billing.client.paymentMethods.attach("pm_card_chargeCustomerFail", { customer });
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.update(subscription?.id ?? "", { default_payment_method: id });
    later(31);
    expect(await compare()).toMatchObject({ differ: 1, expected: 0, tripped: true });
  });
});

describe("a sweep of markers", () => {
  test("stops when so many differ that something else is wrong", async () => {
    await acme.edit(8);
    await billing.world.table.write(Dirty.mark(acme.organization));
    expect(await asSystem("clock.billing", () => Sweep.sweep({ max: 0 }))).toMatchObject({ tripped: true });
    expect(await reports()).toMatchObject([{ kind: "dirty", tripped: true, counts: { repaired: 1 } }]);
  });

  test("reports how long the oldest one without a reason has waited", async () => {
    await billing.world.table.write(Dirty.mark(acme.organization));
    billing.world.clock.pass(7_200);
    billing.server.faults.inject({ fault: "error_before", call: "subscriptions.list" });
    expect(await billing.sweep()).toMatchObject({ waiting: 1, oldestSeconds: 7_200 });
    expect(await attention()).toMatchObject([{ organization: acme.organization, result: "waiting" }]);
    const late = () => asSystem("clock.billing", () => Sweep.sweep({}), billing.world.clock.at);
    expect(await late()).toMatchObject({ checked: 0, oldestSeconds: 7_200 });
    expect(await billing.sweep()).toMatchObject({ equal: 1, oldestSeconds: 0 });
    expect(await attention()).toEqual([]);
  });

  test("reports once what Stripe refuses, as needing attention, and forgets it when it is reconciled", async () => {
    const { world, port } = billing;
    const refusing = async () => {
      throw new StripeError("refused", "No such customer.", { code: "resource_missing" });
    };
    world.rebind({ stripe: { ...port, subscriptionsOf: refusing } });
    await world.table.write(Dirty.mark(acme.organization));
    for (let n = 0; n < 3; n++) expect(await billing.sweep()).toMatchObject({ attention: 1, oldestSeconds: 0 });
    expect(await differences()).toEqual([{ organization: acme.organization, result: "resource_missing" }]);
    expect(await reports()).toHaveLength(1);
    const since = new Date(world.clock.at).toISOString();
    expect(await attention()).toEqual([
      { organization: acme.organization, result: "refused", why: "resource_missing", since },
    ]);
    world.rebind({ stripe: port });
    expect(await billing.sweep()).toMatchObject({ equal: 1, attention: 0 });
    expect(await attention()).toEqual([]);
    expect(await markers()).toEqual([]);
  });

  test("keeps what Stripe did not answer, and what waits for a payment", async () => {
    await acme.edit(8);
    await billing.world.table.write(Dirty.mark(acme.organization));
    billing.server.faults.inject({ fault: "error_before", call: "subscriptions.list" });
    expect(await billing.sweep()).toMatchObject({ waiting: 1 });
    expect(await billing.sweep()).toMatchObject({ repaired: 1 });
    expect(await markers()).toEqual([]);
  });

  test("lets an organization grow again that was over its limit, once enough have left", async () => {
    await acme.edit(1);
    await resultOf(acme.as(() => Seats.resize({ seats: 5 })));
    await acme.edit(1);
    const { world } = billing;
    await world.table.write({
      do: "update",
      key: organizationKeys.organization(acme.organization),
      change: { add: { free: -2 } },
    });
    expect((await acme.reconcile()).after).toMatchObject({ billingStatus: "over_limit", capacity: 1 });
    await world.table.write(Dirty.mark(acme.organization));
    expect(await billing.sweep()).toMatchObject({ checked: 1, equal: 1 });
    expect((await acme.organizationRow()).growth).toBe(false);
    await world.table.write({
      do: "update",
      key: organizationKeys.organization(acme.organization),
      change: { add: { free: 2 } },
    });
    expect(await billing.sweep()).toMatchObject({ repaired: 1 });
    expect(await acme.organizationRow()).toMatchObject({ growth: true, billingStatus: "active" });
    expect(await markers()).toEqual([]);
  });
});
