import { type Customer, openAcme, type Till } from "@muster/local/testing/till.ts";
import { told } from "@muster/local/testing/told.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";
import * as Attention from "./attention.ts";
import * as Compare from "./compare.ts";
import * as Dirty from "./dirty.ts";
import { StripeTrouble } from "./port.ts";
import * as Report from "./report.ts";
import * as Seats from "./seats.ts";
import * as Sweep from "./sweep.ts";

let till: Till;
let acme: Customer;

beforeEach(async () => {
  ({ till, acme } = await openAcme(5));
});
afterEach(async () => {
  till.server.verify();
  await till.stop();
});

const quantity = async (of: Customer = acme) => (await of.row())?.mirror?.quantity;
const reports = async () => (await asSystem("operator", () => Report.reports({}))).items;
const differences = async () => {
  const [newest] = await reports();
  return asSystem("operator", () => Report.report({ report: newest?.id ?? "" })).then((one) => one.differences);
};
const attention = async () => (await asSystem("operator", () => Attention.attention({}))).items;
const markers = () => Dirty.marked();

test("a thousand events shuffled, doubled and a third of them lost: after the sweeps the books agree", async () => {
  for (let n = 0; n < 334; n++) {
    await acme.edit(5 + (n % 7));
    if (n % 150 === 0) till.world.clock.pass(3_700);
    if (n % 150 === 149) till.world.clock.pass(3_700);
  }
  const events = till.inbox.splice(0).flatMap((event, n) => (n % 3 === 0 ? [] : [event, event, event]));
  const shuffled = events.map((event, n) => ({ event, at: (n * 7_919) % 1_009 })).sort((a, b) => a.at - b.at);
  for (const { event } of shuffled.slice(0, 200)) await till.hear(event);
  till.world.queued.work.splice(0, 150);
  await till.work();
  await till.sweep();
  expect(await quantity()).toBe((await acme.subscriptions())[0]?.items.data[0]?.quantity);
  expect(await markers()).toEqual([]);
});

describe("events that were never told", () => {
  test("are found from the watermark on, which moves once all is marked", async () => {
    await acme.edit(8);
    till.inbox.splice(0);
    expect(await till.catchUp()).toMatchObject({ organizations: 1 });
    await till.work();
    expect(await quantity()).toBe(8);
    till.world.clock.pass(3_600);
    expect(await till.catchUp()).toMatchObject({ organizations: 1 });
    till.world.clock.pass(3_600);
    expect(await till.catchUp()).toEqual({ events: 0, organizations: 0, braked: false });
  });

  test("stay to be found when marking them fails", async () => {
    await acme.edit(8);
    till.server.faults.inject({ fault: "error_before", call: "events.list" });
    expect(await told(till.catchUp())).toContain("StripeTrouble");
    expect(await till.world.table.get(Keys.watermark("billing.events"))).toBeUndefined();
    till.world.clock.pass(7_200);
    expect(await till.catchUp()).toMatchObject({ organizations: 1 });
  });
});

describe("a comparison of everything", () => {
  test("finds what no event told of, and settles nothing itself", async () => {
    await acme.edit(8);
    expect(await till.compare()).toEqual({ checked: 1, differ: 1, isComplete: true, braked: false });
    expect(await quantity()).toBe(5);
    expect(await reports()).toMatchObject([{ kind: "full", counts: { checked: 1, differ: 1 }, braked: false }]);
    expect(await differences()).toMatchObject([{ verdict: "differs", after: { quantity: 8 } }]);
    await till.sweep();
    expect(await quantity()).toBe(8);
    const before = await till.world.rows.scan();
    expect(await till.compare()).toEqual({ checked: 1, differ: 0, isComplete: true, braked: false });
    expect(await till.world.rows.scan()).toEqual(before);
  });

  test("finds a subscription that Stripe has and we do not, and the reverse", async () => {
    const [subscription] = await acme.subscriptions();
    till.server.state.subscriptions.delete(subscription?.id ?? "");
    till.world.clock.pass(5 * 86_400);
    const bob = await till.found(acme.owner);
    await bob.buy(3);
    const { table } = till.world;
    const row = (await table.get(Keys.billing(bob.organization))) as Item;
    await table.project([{ put: { pk: row.pk as string, sk: "#billing", customer: row.customer, version: 7 } }]);
    expect(await till.compare()).toMatchObject({ differ: 2, isComplete: true });
    expect(await differences()).toMatchObject([
      { verdict: "not the one that is known" },
      { verdict: "unknown to Stripe" },
    ]);
    await till.sweep();
    expect(await quantity(bob)).toBe(3);
  });

  test("goes on where its time was over", async () => {
    const { organization } = acme;
    for (let n = 0; n < 130; n++) {
      const customer = (await acme.row())?.customer ?? "";
      if (n % 40 === 0) till.world.clock.pass(86_400);
      const { id } = await till.client.subscriptions.create({
        customer,
        items: [{ price: till.prices.monthly, quantity: 1 }],
        metadata: { organizationId: organization },
        trial_period_days: 300,
      });
      if (n < 129) await till.client.subscriptions.cancel(id);
    }
    const late = () => asSystem("clock.billing", () => Compare.compare({}), till.world.clock.at - 1);
    const goOn = () => asSystem("clock.billing", () => Compare.compare({ goOn: true }));
    expect(await goOn()).toEqual({ checked: 0, differ: 0, isComplete: true, braked: false });
    expect(await late()).toMatchObject({ isComplete: false });
    const last = await goOn();
    expect(last).toMatchObject({ isComplete: true, differ: 1 });
    await till.sweep();
    expect((await acme.subscriptions()).filter(({ status }) => status !== "canceled")).toHaveLength(1);
  });

  test("changes nothing when too much differs", async () => {
    const { allowed } = Report;
    expect([allowed(10), allowed(10_000), allowed(10_000_000)]).toEqual([20, 100, 500]);
    const others: Customer[] = [];
    for (let n = 0; n < 21; n++) {
      const other = await till.found(acme.owner);
      await other.buy(3);
      others.push(other);
    }
    for (const other of others) await other.edit(4);
    expect(await till.compare()).toEqual({ checked: 22, differ: 21, isComplete: true, braked: true });
    expect(await markers()).toEqual([]);
    expect(await reports()).toMatchObject([{ braked: true, counts: { differ: 21 } }]);
    // an operator who knows the cause lets it pass
    expect(await asSystem("operator", () => Compare.compare({ most: 21 }))).toMatchObject({ differ: 21 });
    expect(await markers()).toHaveLength(21);
  });
});

describe("a sweep of markers", () => {
  test("stops when so many differ that something else is wrong", async () => {
    await acme.edit(8);
    await till.world.table.write(Dirty.mark(acme.organization));
    expect(await asSystem("clock.billing", () => Sweep.sweep({ most: 0 }))).toMatchObject({ braked: true });
    expect(await reports()).toMatchObject([{ kind: "dirty", braked: true, counts: { repaired: 1 } }]);
  });

  test("says how long the oldest waits that nothing explains", async () => {
    await till.world.table.write(Dirty.mark(acme.organization));
    till.world.clock.pass(7_200);
    till.server.faults.inject({ fault: "error_before", call: "subscriptions.list" });
    expect(await till.sweep()).toMatchObject({ waiting: 1, oldestSeconds: 7_200 });
    expect(await attention()).toMatchObject([{ organization: acme.organization, verdict: "waiting" }]);
    const late = () => asSystem("clock.billing", () => Sweep.sweep({}), till.world.clock.at);
    expect(await late()).toMatchObject({ checked: 0, oldestSeconds: 7_200 });
    expect(await till.sweep()).toMatchObject({ equal: 1, oldestSeconds: 0 });
    expect(await attention()).toEqual([]);
  });

  test("leaves to a person what Stripe refuses, reports it once, and forgets it when it is settled", async () => {
    const { world, port } = till;
    const refusing = async () => {
      throw new StripeTrouble("refused", "No such customer.", { code: "resource_missing" });
    };
    world.rebind({ stripe: { ...port, subscriptionsOf: refusing } });
    await world.table.write(Dirty.mark(acme.organization));
    for (let n = 0; n < 3; n++) expect(await till.sweep()).toMatchObject({ person: 1, oldestSeconds: 0 });
    expect(await differences()).toEqual([{ organization: acme.organization, verdict: "person" }]);
    expect(await reports()).toHaveLength(1);
    const since = new Date(world.clock.at).toISOString();
    expect(await attention()).toEqual([
      { organization: acme.organization, verdict: "refused", why: "resource_missing", since },
    ]);
    world.rebind({ stripe: port });
    expect(await till.sweep()).toMatchObject({ equal: 1, person: 0 });
    expect(await attention()).toEqual([]);
    expect(await markers()).toEqual([]);
  });

  test("keeps what Stripe did not answer, and what waits for a payment", async () => {
    await acme.edit(8);
    await till.world.table.write(Dirty.mark(acme.organization));
    till.server.faults.inject({ fault: "error_before", call: "subscriptions.list" });
    expect(await till.sweep()).toMatchObject({ waiting: 1 });
    expect(await till.sweep()).toMatchObject({ repaired: 1 });
    expect(await markers()).toEqual([]);
  });

  test("lets an organization grow again that was over its limit, once enough have left", async () => {
    await acme.edit(1);
    await told(acme.as(() => Seats.resize({ seats: 5 })));
    await acme.edit(1);
    const { world } = till;
    await world.table.write({ do: "update", key: Keys.organization(acme.organization), change: { add: { free: -2 } } });
    expect((await acme.reconcile()).after).toMatchObject({ standing: "over_limit", capacity: 1 });
    await world.table.write(Dirty.mark(acme.organization));
    expect(await till.sweep()).toMatchObject({ checked: 1, equal: 1 });
    expect((await acme.home()).growth).toBe(false);
    await world.table.write({ do: "update", key: Keys.organization(acme.organization), change: { add: { free: 2 } } });
    expect(await till.sweep()).toMatchObject({ repaired: 1 });
    expect(await acme.home()).toMatchObject({ growth: true, standing: "active" });
    expect(await markers()).toEqual([]);
  });
});
