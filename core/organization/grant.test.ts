import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, openAcme } from "@muster/local/testing/worlds/billing.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { auditKeys } from "../audit/keys.ts";
import * as ID from "../base/id.ts";
import * as Billing from "../billing/billing.ts";
import * as Checkout from "../billing/checkout.ts";
import * as Seats from "../billing/seats.ts";
import * as Sweep from "../billing/sweep.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { type Item, type Step, update } from "../table/table.ts";
import * as Deletion from "./deletion.ts";
import * as Grant from "./grant.ts";
import { organizationKeys } from "./keys.ts";
import * as Operator from "./operator.ts";

const day = 86_400;
const nobodys = ID.create("organization");

let billing: BillingWorld;
let acme: Customer;
async function open(seats = 0) {
  await billing?.stop();
  ({ billing, acme } = await openAcme(seats));
}
beforeEach(() => open());
afterEach(async () => {
  billing.server.verify();
});

const asOperator = <R>(run: () => R) => asSystem("operator", run);
const grant = (seats: number, until?: string, organization = acme.organization) =>
  asOperator(() => Grant.grant({ organization, seats, ...(until !== undefined && { until }) }));
const endDue = () => asSystem("clock.sweep", () => Grant.endGrants({}));
const inspect = () => asOperator(() => Operator.inspect({ organization: acme.organization }));
const get = () => acme.as(() => Billing.get({}));
const resize = (seats: number) => acme.as(() => Seats.resize({ seats }));
const change = (set: Item) =>
  billing.world.table.write(update(organizationKeys.organization(acme.organization), { set }));
/** Lets members and invitations take seats. */
const commit = async (seats: number) => {
  const { capacity } = await acme.organizationRow();
  await change({ free: Number(capacity) - seats });
};
async function grants() {
  await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
  const { items } = await billing.world.table.query(kernelKeys.log(acme.organization));
  return items.filter(({ type }) => type === "organization.granted").map(({ data, actor }) => ({ data, actor }));
}

describe("seats that an operator grants", () => {
  test("are available at once, on top of the free ones, and make the organization trusted", async () => {
    expect(await grant(22)).toEqual({ from: 0, to: 22, capacity: 25 });
    expect(await acme.organizationRow()).toMatchObject({ capacity: 25, free: 24, grantedSeats: 22, growth: true });
    expect(await grants()).toEqual([{ data: { from: 3, to: 25, granted: 22 }, actor: "system#operator" }]);
    expect(await inspect()).toMatchObject({ seats: { capacity: 25 }, granted: { seats: 22 } });
    expect((await get()).seats).toEqual({ granted: 22, capacity: 25, committed: 1, minimum: 1 });
  });

  test("may be fewer than before, down to what is committed and not below", async () => {
    await grant(22);
    await commit(12);
    expect(await resultOf(grant(8))).toBe("seat.committed");
    await expect(grant(8)).rejects.toThrow("12 seats are in use or held by invitations: 11 would be too few.");
    expect(await grant(9)).toEqual({ from: 22, to: 9, capacity: 12 });
    expect(await acme.organizationRow()).toMatchObject({ capacity: 12, free: 0 });
    await commit(3);
    expect(await grant(0)).toEqual({ from: 9, to: 0, capacity: 3 });
    expect(await inspect()).not.toHaveProperty("granted");
  });

  test("change nothing when granted again", async () => {
    await grant(3);
    expect(await grant(3)).toEqual({ from: 3, to: 3, capacity: 6 });
    expect(await grants()).toHaveLength(1);
  });

  test("are granted one after the other when many grant at once", async () => {
    const race = async () => {
      const answers = await times(8, (n) => resultOf(grant(10 + n)));
      const { capacity, free } = await acme.organizationRow();
      return { answers: new Set(answers), committed: Number(capacity) - Number(free), events: (await grants()).length };
    };
    const { answers, committed, events } = await race();
    expect([...answers].every((answer) => ["done", "organization.changed"].includes(answer))).toBe(true);
    expect([committed, events >= 1]).toEqual([1, true]);

    await open();
    billing.world.rebind({ table: unguarded(billing.world.table, (step: Step) => step.key.sk === "#org") });
    expect((await race()).committed).not.toBe(1);
  });

  test("are a whole number, of an existing organization, until a day that is not over", async () => {
    for (const seats of [-1, 1.5, 10_000_001]) expect(await resultOf(grant(seats))).toBe("input.invalid");
    for (const until of ["2026-11-23", "2026-02-30", "tomorrow", "2027-01-01T00:00:00Z"]) {
      expect([until, await resultOf(grant(5, until))]).toEqual([until, "input.invalid"]);
    }
    expect(await resultOf(grant(5, "2026-11-24"))).toBe("done");
    expect(await resultOf(grant(5, undefined, nobodys))).toBe("organization.missing");
    await change({ state: "deleted" });
    expect(await resultOf(grant(5))).toBe("organization.missing");
  });
});

describe("with a subscription, granted seats", () => {
  test("stay beside those that are paid, whatever reconciles", async () => {
    await open(5);
    await grant(20);
    expect((await get()).seats).toEqual({ paid: 5, granted: 20, capacity: 25, committed: 1, minimum: 1 });
    expect((await acme.reconcile()).result).toBe("equal");
    expect(await billing.compare()).toMatchObject({ differ: 0 });
    await acme.edit(7);
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ capacity: 27, growth: true, billingStatus: "active" });
  });

  test("that were granted before the purchase are kept", async () => {
    await grant(20);
    await commit(10);
    await acme.buy(5);
    expect((await get()).seats).toEqual({ paid: 5, granted: 20, capacity: 25, committed: 10, minimum: 1 });
    await acme.buy(5).catch(() => undefined);
    expect(await acme.organizationRow()).toMatchObject({ growth: true });
  });

  test("lower the number that must be paid for, when seats are bought or changed", async () => {
    await grant(4);
    await commit(7);
    const buy = (seats: number) => resultOf(acme.as(() => Checkout.checkout({ plan: "monthly", seats })));
    expect([await buy(2), await buy(3)]).toEqual(["billing.seats_committed", "done"]);
    await acme.buy(9);
    expect((await get()).seats).toMatchObject({ paid: 9, capacity: 13, minimum: 3 });
    expect(await resultOf(resize(2))).toBe("billing.seats_committed");
    expect((await resize(3)).seats).toMatchObject({ paid: 3, granted: 4, capacity: 7, committed: 7 });
    expect((await resize(6)).seats).toMatchObject({ paid: 6, capacity: 10 });
    expect(await billing.compare()).toMatchObject({ differ: 0 });
  });

  test("are not granted on top of seats that somebody gives back at the same time", async () => {
    await open(5);
    const interleaving = openInterleaving(billing.world.table);
    billing.world.rebind({ table: interleaving.table });
    const [answer] = await interleaving.overtake(
      () => resultOf(grant(20)),
      () => resize(3),
    );
    billing.world.rebind();
    expect(answer).toBe("organization.changed");
    expect(await acme.organizationRow()).toMatchObject({ capacity: 3, free: 2 });
  });

  test("are part of the seats that events of changes tell", async () => {
    await open(5);
    await grant(20);
    await resize(8);
    await resize(6);
    await asSystem("follow", () => Audit.follow({ owner: acme.organization }));
    expect(await billing.world.table.get(auditKeys.stats(acme.organization))).toMatchObject({ capacity: 26 });
  });

  test("let an organization grow again that had too few", async () => {
    await open(5);
    await commit(4);
    await acme.edit(2);
    expect((await acme.reconcile()).after).toMatchObject({ billingStatus: "over_limit", capacity: 2 });
    await grant(1);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "over_limit", growth: false, capacity: 3 });
    await grant(2);
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", growth: true, capacity: 4 });
    expect((await acme.reconcile()).result).toBe("equal");
  });

  test("stay when the subscription ends", async () => {
    await open(5);
    await grant(4);
    await commit(6);
    const [subscription] = await acme.subscriptions();
    await billing.client.subscriptions.cancel(subscription?.id ?? "");
    await acme.reconcile();
    billing.world.clock.pass(15 * day);
    await acme.reconcile();
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "free", plan: "free", capacity: 7, free: 1 });
  });
});

describe("a grant with a last day", () => {
  test("ends when that day is over, once, and removes nobody", async () => {
    await grant(22, "2026-12-31");
    await commit(9);
    expect((await get()).seats).toMatchObject({ granted: 22, grantedUntil: "2027-01-01T00:00:00.000Z" });
    expect((await inspect()).granted).toEqual({ seats: 22, until: "2027-01-01T00:00:00.000Z" });
    billing.world.clock.at = Date.parse("2026-12-31T23:59:59.999Z");
    expect(await endDue()).toEqual({ ended: 0 });
    billing.world.clock.pass(1);
    expect(await endDue()).toEqual({ ended: 1 });
    expect(await endDue()).toEqual({ ended: 0 });
    const row = await acme.organizationRow();
    expect(row).toMatchObject({ capacity: 3, free: -6, grantedSeats: 0, growth: true });
    expect(row).not.toHaveProperty("grantedUntil");
    expect((await grants()).at(-1)).toEqual({
      data: { from: 25, to: 3, granted: 0 },
      actor: "system#clock.sweep",
    });
  });

  test("leaves a subscription with too few seats over its limit, until they are given back", async () => {
    await open(5);
    await grant(4, "2026-12-01");
    await commit(7);
    billing.world.clock.pass(10 * day);
    await endDue();
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "over_limit", growth: false, capacity: 5 });
    await commit(5);
    await asSystem("clock.billing", () => Sweep.sweep({}));
    expect(await acme.organizationRow()).toMatchObject({ billingStatus: "active", growth: true });
  });

  test("can be extended, ended before, and made to last, each by a grant", async () => {
    await grant(5, "2026-12-01");
    await grant(5, "2026-12-20");
    billing.world.clock.pass(10 * day);
    expect(await endDue()).toEqual({ ended: 0 });
    await grant(5);
    billing.world.clock.pass(40 * day);
    expect(await endDue()).toEqual({ ended: 0 });
    expect(await acme.organizationRow()).toMatchObject({ capacity: 8, grantedSeats: 5 });
    await grant(5, "2027-02-01");
    await grant(0);
    expect(await billing.world.table.get(organizationKeys.grant(acme.organization))).toBeUndefined();
  });

  test("that was extended does not end by a list that lags", async () => {
    await grant(5, "2026-12-01");
    billing.world.clock.pass(10 * day);
    const { table } = billing.world;
    const before = await table.query({ list: organizationKeys.dueGrants });
    await grant(5, "2027-01-31");
    billing.world.rebind({ table: { ...table, query: async () => before } as never });
    expect(await endDue()).toEqual({ ended: 0 });
    billing.world.rebind();
    expect(await acme.organizationRow()).toMatchObject({ capacity: 8, grantedSeats: 5 });
  });

  test("that an operator extends while it ends keeps its seats", async () => {
    await grant(5, "2026-12-01");
    billing.world.clock.pass(10 * day);
    const interleaving = openInterleaving(billing.world.table);
    billing.world.rebind({ table: interleaving.table });
    const [ended] = await interleaving.overtake(endDue, () => grant(5, "2027-01-31"));
    expect(ended).toEqual({ ended: 0 });
    billing.world.rebind();
    expect(await acme.organizationRow()).toMatchObject({ capacity: 8, grantedUntil: "2027-02-01T00:00:00.000Z" });
  });

  test("ends in a deleted organization too, which does not come back with its seats", async () => {
    await open(5);
    await grant(5, "2026-12-01");
    await acme.as(() => Deletion.deleteByName({ name: "Acme" }));
    billing.world.clock.pass(10 * day);
    expect(await endDue()).toEqual({ ended: 1 });
    const owner = await billing.world.person("ada@example.com");
    await billing.world.as(owner, () => Deletion.restore({}), { id: acme.organization, role: "owner" });
    expect(await acme.organizationRow()).toMatchObject({ capacity: 5, grantedSeats: 0 });
  });

  test("that cannot be read holds up no other", async () => {
    const other = await billing.createOrganization(acme.owner);
    await grant(2, "2026-11-30");
    await grant(2, "2026-12-01", other.organization);
    billing.world.clock.pass(10 * day);
    const { table } = billing.world;
    const write: typeof table.write = async (...steps) => {
      if (steps.some((step) => step?.key.pk === acme.organization)) throw new Error("It cannot be written.");
      return table.write(...steps);
    };
    billing.world.rebind({ table: { ...table, write } });
    await expect(endDue()).rejects.toThrow("It cannot be written.");
    billing.world.rebind();
    expect(await other.organizationRow()).toMatchObject({ grantedSeats: 0 });
    expect(await endDue()).toEqual({ ended: 1 });
  });

  test("of many organizations ends in one run, over pages", async () => {
    const others = await times(30, () => billing.createOrganization(acme.owner));
    for (const { organization } of others) await grant(2, "2026-12-01", organization);
    billing.world.clock.pass(10 * day);
    expect(await endDue()).toEqual({ ended: 30 });
  });
});
