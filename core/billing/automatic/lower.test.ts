import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { depth } from "@muster/local/testing/random.ts";
import { perSeat } from "@muster/local/testing/worlds/billing.ts";
import { describe, expect, test } from "vitest";
import { dayMs, daySeconds, hourSeconds } from "../../base/duration.ts";
import * as ID from "../../base/id.ts";
import { asSystem } from "../../kernel/context.ts";
import { bind } from "../../kernel/ports.ts";
import { put, type Step } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import * as Manage from "../manage.ts";
import * as Seats from "../seats.ts";
import * as Upcoming from "../upcoming.ts";
import { type Automatically, eachAutomatic } from "./automatic.testing.ts";
import { followDue, listedStep } from "./due.ts";

let one: Automatically;
/** Acme has five seats, of which one is in use, and a month. */
eachAutomatic(
  (opened) => {
    one = opened;
  },
  { seats: 5, before: ({ set }) => set(20) },
);

/** Lets the clock run twice a day; far from the end of a period less often, except in a deep run. */
async function run(days: number) {
  const { world, server, work } = one.billing;
  const until = world.clock.at + days * dayMs;
  while (world.clock.at < until) {
    const left = Date.parse((await one.acme.row())?.mirror?.periodEnd ?? "") - world.clock.at;
    const isFar = left > 4 * dayMs;
    const usual = depth(isFar ? 2.5 * daySeconds : 12 * hourSeconds, 12 * hourSeconds);
    world.clock.pass(Math.min(usual, (until - world.clock.at) / 1_000));
    server.catchUp();
    await one.acme.reconcile();
    await asSystem("clock", () => followDue({}));
    await work();
  }
}
const lowers = (steps: readonly Step[]) => steps.some(({ key, do: what }) => key.sk === "#org" && what === "update");

describe("seats that nobody uses", () => {
  test("are removed a day before the next period, whose invoice is what was foreseen", async () => {
    await one.invite(1);
    expect((await one.info())?.atRenewal).toBe(3);
    await run(28);
    expect((await one.seats())[0]).toBe(5);
    await run(1.5);
    expect(await one.seats()).toEqual([3, 1]);
    const foreseen = (await one.acme.as(() => Upcoming.upcoming({}))).invoice?.due;
    await run(1.5);
    const [renewal] = await one.acme.invoices();
    expect([renewal?.billing_reason, renewal?.amount_due]).toEqual(["subscription_cycle", foreseen]);
    expect(foreseen).toBeLessThanOrEqual(3 * perSeat.monthly);
  });

  test("stay where a person has changed seats or requested them within a week", async () => {
    const bob = await one.member("bob@example.com");
    await run(23);
    await one.acme.as(() => Seats.resize({ seats: 8 }));
    await run(6.5);
    expect((await one.seats())[0]).toBe(8);
    await run(24);
    await one.request(bob, 2);
    await one.follow();
    await run(6.5);
    expect((await one.seats())[0]).toBe(10);
    await run(31);
    expect((await one.seats())[0]).toBe(2);
  });

  test("stay where somebody has changed them at Stripe within a week", async () => {
    one.billing.world.clock.pass(25 * daySeconds);
    await one.acme.edit(8);
    await one.acme.reconcile();
    one.billing.world.clock.pass(4.5 * daySeconds);
    await one.follow();
    expect((await one.seats())[0]).toBe(8);
  });

  test("stay where the subscription ends, or the breaker is tripped", async () => {
    await one.acme.as(() => Manage.cancel({}));
    one.billing.world.clock.pass(29.5 * daySeconds);
    await one.follow();
    await one.acme.as(() => Manage.resume({}));
    const tripped = { report: "rep_00000000000000000000000000", at: "2026-12-23T00:00:00.000Z" } as const;
    await one.billing.world.table.write(put(billingKeys.breaker(), tripped));
    await one.follow();
    expect((await one.seats())[0]).toBe(5);
  });

  test("are counted by the write that removes them", async () => {
    one.billing.world.clock.pass(29.5 * daySeconds);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    await overtake(one.follow, () => one.invite(2), lowers);
    expect(await one.seats()).toEqual([4, 1]);
  });

  test("are removed again some hours later, and those that are needed are added at once", async () => {
    await one.invite(1);
    one.billing.world.clock.pass(29.2 * daySeconds);
    await one.follow();
    expect((await one.seats())[0]).toBe(3);
    await one.revoke();
    await one.follow();
    expect((await one.seats())[0]).toBe(3);
    one.billing.world.clock.pass(6 * hourSeconds + 1);
    await one.follow();
    expect((await one.seats())[0]).toBe(2);
    await one.invite(1);
    await one.follow();
    expect(await one.seats()).toEqual([3, 1]);
  });

  test("are those above the limit, too, and never those in use", async () => {
    await one.invite(2);
    expect(await one.set(2)).toBe("billing.seats_committed");
    expect(await one.set(3)).toBe("done");
    expect((await one.info())?.atRenewal).toBe(3);
    one.billing.world.clock.pass(29.5 * daySeconds);
    await one.follow();
    expect(await one.seats()).toEqual([3, 0]);
  });

  test("stay once the period has ended, and Stripe has not said so yet", async () => {
    one.billing.world.clock.pass(32 * daySeconds);
    expect(await one.follow()).toEqual({ changes: 0 });
  });

  test("of a year are removed at its end", async () => {
    await one.acme.as(() => Seats.resize({ seats: 5, plan: "yearly" }));
    await run(40);
    expect((await one.seats())[0]).toBe(5);
  });
});

describe("the clock", () => {
  const due = () => asSystem("clock", () => followDue({}));

  test("looks every hour, for what no message has said", async () => {
    await one.invite(4);
    expect(await due()).toEqual({ queued: 0 });
    one.billing.world.clock.pass(hourSeconds + 1);
    expect([await due(), await due()]).toEqual([{ queued: 1 }, { queued: 0 }]);
    await one.billing.work();
    expect(await one.seats()).toEqual([6, 1]);
  });

  test("is held up by none that fails, and says so", async () => {
    one.billing.world.clock.pass(hourSeconds + 1);
    const { table } = one.billing.world;
    bind({ table: { ...table, write: () => Promise.reject(new Error("No table.")) } });
    await expect(due()).rejects.toThrow("No table.");
    expect(one.billing.world.queued.work).toMatchObject([{ job: "followSeats" }]);
  });

  test("lists none again that is turned off in between", async () => {
    one.billing.world.clock.pass(hourSeconds + 1);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    await overtake(due, () => one.set(null));
    expect(await table.get(billingKeys.automatic(one.acme.organization))).toBeUndefined();
  });

  test("stops at its deadline", async () => {
    one.billing.world.clock.pass(hourSeconds + 1);
    const others = Array.from({ length: 12 }, () => listedStep(ID.create("organization")));
    await one.billing.world.table.write(...others);
    one.billing.world.clock.pass(hourSeconds + 1);
    const until = one.billing.world.clock.at;
    expect(await asSystem("clock", () => followDue({}), until)).toEqual({ queued: 8 });
    expect(await due()).toEqual({ queued: 5 });
  });
});
