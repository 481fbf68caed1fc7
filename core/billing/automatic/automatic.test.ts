import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { openBilling } from "@muster/local/testing/worlds/billing.ts";
import { describe, expect, test } from "vitest";
import { asSystem } from "../../kernel/context.ts";
import { bind } from "../../kernel/ports.ts";
import { organizationKeys } from "../../organization/keys.ts";
import { type Item, put, update } from "../../table/table.ts";
import * as Billing from "../billing.ts";
import { billingKeys } from "../keys.ts";
import * as Manage from "../manage.ts";
import * as Seats from "../seats.ts";
import { type Automatically, eachAutomatic } from "./automatic.testing.ts";
import { changeAutomaticSeats } from "./automatic.ts";
import { followSeats } from "./follow.ts";

let one: Automatically;
eachAutomatic((opened) => {
  one = opened;
});

const listed = () => one.billing.world.table.get(billingKeys.automatic(one.acme.organization));
const changed = () => one.dataOf("billing.automatic_seats_changed");

describe("automatic seats", () => {
  test("are off by default, and once they are turned off", async () => {
    await one.invite(3);
    await one.follow();
    expect([await one.info(), await one.charges()]).toEqual([undefined, 0]);
    expect(await one.set(9, 2)).toBe("done");
    expect(await one.info()).toEqual({ limit: 9, spare: 2, room: 5, atRenewal: 4 });
    expect(await one.acme.as(() => changeAutomaticSeats({ limit: null }))).not.toHaveProperty("automaticSeats");
    await one.follow();
    expect([await one.seats(), await listed()]).toEqual([[4, 0], undefined]);
    expect(await changed()).toEqual([{ to: 9, spare: 2 }, { from: 9 }]);
    expect(await one.acme.organizationRow()).not.toHaveProperty("stream");
  });

  test("have a limit of at least what is in use, and keep seats that are paid", async () => {
    await one.invite(2);
    expect(await one.set(2)).toBe("billing.seats_committed");
    expect(await one.set(3)).toBe("done");
    expect(await one.info()).toMatchObject({ limit: 3, room: 0, atRenewal: 3 });
    expect(await one.seats()).toEqual([4, 1]);
    expect(await one.set(1_000_000)).toBe("input.invalid");
    expect(await one.set(9, 0)).toBe("input.invalid");
    expect(await one.set(9, 101)).toBe("input.invalid");
  });

  test("have no limit below seats that somebody takes in between", async () => {
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    const [result] = await overtake(
      () => one.set(2),
      () => one.invite(3),
    );
    expect([result, await one.info()]).toEqual(["billing.seats_committed", undefined]);
  });

  test("have no limit below seats in use, also where seats are bought in between", async () => {
    await one.invite(2);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    const [result] = await overtake(
      () => one.set(2),
      () => one.acme.as(() => Seats.resize({ seats: 8 })),
    );
    expect([result, await one.info()]).toEqual(["billing.seats_committed", undefined]);
  });

  test("are for a subscription that is paid, and not while a bank processes its first payment", async () => {
    const key = billingKeys.billing(one.acme.organization);
    const debit = { invoice: "in_1", amount: 1, currency: "usd", type: "sepa_debit", paidSeats: 0 };
    await one.billing.world.table.write(update(key, { set: { debit } }));
    expect(await one.set(9)).toBe("billing.payment_processing");
    const refused = { ...debit, hasFailed: true as const };
    await one.billing.world.table.write(update(key, { set: { debit: refused } }));
    expect(await one.set(9)).toBe("billing.no_subscription");
    await one.billing.world.table.write(update(key, { set: { debit: { ...debit, paidSeats: 4 } } }));
    expect(await one.set(9)).toBe("done");
  });

  test("are set by one owner at a time", async () => {
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    expect(
      await overtake(
        () => one.set(9),
        () => one.set(12),
      ),
    ).toEqual(["billing.moved", "done"]);
    expect(
      await overtake(
        () => one.set(null),
        () => one.set(14),
      ),
    ).toEqual(["billing.moved", "done"]);
    expect((await one.info())?.limit).toBe(14);
  });

  test("end with their subscription, and are off for the next one", async () => {
    await one.set(20);
    await one.billing.client.subscriptions.cancel((await one.acme.row())?.mirror?.subscription ?? "");
    await one.acme.reconcile();
    expect([await one.info(), await one.set(20)]).toEqual([undefined, "billing.no_subscription"]);
    await one.acme.buy(4);
    expect(await one.info()).toBeUndefined();
    await one.invite(3);
    await one.follow();
    expect([await one.charges(), await listed()]).toEqual([0, undefined]);
    expect(await changed()).toEqual([{ to: 20, spare: 1 }, { from: 20 }]);
    expect(await one.acme.organizationRow()).not.toHaveProperty("automatic");
  });

  test("of an earlier subscription are replaced by those of the next", async () => {
    await one.set(20);
    await one.billing.client.subscriptions.cancel((await one.acme.row())?.mirror?.subscription ?? "");
    await one.acme.reconcile();
    await one.acme.buy(4);
    expect(await one.set(9)).toBe("done");
    expect(await changed()).toEqual([
      { to: 20, spare: 1 },
      { to: 9, spare: 1 },
    ]);
    expect((await one.info())?.limit).toBe(9);
  });

  test("outlive another plan, a resumed subscription, and a release that does not know them", async () => {
    await one.set(20);
    await one.acme.as(() => Seats.resize({ seats: 4, plan: "yearly" }));
    await one.acme.as(() => Manage.cancel({}));
    expect(await one.info()).toEqual({ limit: 20, spare: 1, room: 16 });
    await one.acme.as(() => Manage.resume({}));
    const key = billingKeys.billing(one.acme.organization);
    const { pk: _, sk: _sk, automatic: _unknown, ...known } = (await one.billing.world.table.get(key)) as Item;
    await one.billing.world.table.write(put(key, known as never));
    expect(await one.info()).toMatchObject({ limit: 20, atRenewal: 2 });
  });

  test("are set in a suspended organization, too, and do nothing there until it is reactivated", async () => {
    await one.set(20);
    const key = organizationKeys.organization(one.acme.organization);
    await one.billing.world.table.write(update(key, { set: { state: "suspended" } }));
    expect([await one.set(30, 9), await one.follow(), await one.charges()]).toEqual(["done", { changes: 0 }, 0]);
    await one.billing.world.table.write(update(key, { set: { state: "active" } }));
    expect([await one.follow(), await one.seats()]).toEqual([{ changes: 1 }, [10, 9]]);
  });

  test("do nothing in a deleted organization", async () => {
    await one.set(20);
    const { world } = one.billing;
    const key = organizationKeys.organization(one.acme.organization);
    await world.table.write(update(key, { set: { state: "deleted" }, add: { free: -3 } }));
    await one.billing.client.subscriptions.cancel((await one.acme.row())?.mirror?.subscription ?? "");
    await one.acme.reconcile();
    expect([await one.follow(), await one.charges()]).toEqual([{ changes: 0 }, 0]);
    expect(await changed()).toEqual([{ to: 20, spare: 1 }]);
  });

  test("are in the answer as they are afterwards", async () => {
    const answer = await one.acme.as(() => changeAutomaticSeats({ limit: 8, spare: 3 }));
    expect(answer).toEqual(await one.acme.as(() => Billing.get({})));
  });
});

test("automatic seats exceed no trial", async () => {
  const billing = await openBilling({ trialDays: 14 });
  try {
    const acme = await billing.createOrganization(await billing.world.person("ada@example.com"));
    const { organization } = acme;
    await acme.buy(24);
    await acme.as(() => changeAutomaticSeats({ limit: 100, spare: 60 }));
    await asSystem("work", () => followSeats({ job: "followSeats", organization }));
    const { seats, automaticSeats } = await acme.as(() => Billing.get({}));
    expect([seats.paid, automaticSeats?.room]).toEqual([25, 0]);
  } finally {
    await billing.stop();
  }
});
