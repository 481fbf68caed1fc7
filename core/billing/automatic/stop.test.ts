import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { dayMs, daySeconds, hourSeconds, minuteSeconds } from "../../base/duration.ts";
import { bind } from "../../kernel/ports.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { organizationKeys } from "../../organization/keys.ts";
import { type Step, update } from "../../table/table.ts";
import * as Manage from "../manage.ts";
import * as Seats from "../seats.ts";
import { type Automatically, declined, eachAutomatic } from "./automatic.testing.ts";
import type { Automatic } from "./row.ts";

let one: Automatically;
/** Acme has four seats, all of them in use, and lets up to 30 be added. */
eachAutomatic(
  (opened) => {
    one = opened;
    one.watch();
  },
  {
    before: async ({ set, invite }) => {
      await set(30);
      await invite(3);
    },
  },
);

const reasons = async () => (await one.dataOf("billing.automatic_seats_stopped")).map(({ reason }) => reason);
/** The number of attempts at Stripe, after another look. */
async function look() {
  await one.follow();
  return one.tried();
}

describe("a change that Stripe declines", () => {
  beforeEach(() => one.watch(declined()));

  test("stops it for a day, and owners are told once, until seats were added again", async () => {
    expect([await look(), await look()]).toEqual([1, 1]);
    expect(await one.info()).toMatchObject({
      room: 26,
      stopped: { reason: "refused", until: new Date(one.billing.world.clock.at + dayMs).toISOString() },
    });
    expect(await reasons()).toEqual(["refused"]);
    one.billing.world.clock.pass(daySeconds + 1);
    expect([await look(), await look()]).toEqual([2, 2]);
    expect(await reasons()).toEqual(["refused"]);
    one.watch();
    await one.set(30);
    await look();
    one.watch(declined());
    await one.invite(1);
    await look();
    expect(await reasons()).toEqual(["refused", "refused"]);
  });

  test("for a request of a member stops requests only, also after seats in use are followed", async () => {
    one.watch();
    await look();
    const bob = await one.member("bob@example.com");
    await one.request(bob, 9);
    one.watch(declined());
    expect(await look()).toBe(2);
    expect((await one.info())?.stopped).toMatchObject({ reason: "refused", isOfRequests: true });
    one.watch();
    await one.invite(1);
    expect([await look(), await look()]).toEqual([3, 3]);
    expect([await one.seats(), (await one.requestOf(bob))?.state]).toEqual([[6, 1], "open"]);
    one.watch(declined());
    await one.invite(1);
    expect([await look(), await reasons()]).toEqual([4, ["refused", "refused"]]);
    expect((await one.info())?.stopped).not.toHaveProperty("isOfRequests");
  });

  test("is tried with another payment method, and works on once it is paid", async () => {
    await look();
    one.watch();
    expect(await look()).toBe(1);
    await one.pay("pm_card_mastercard");
    expect(await look()).toBe(2);
    expect(await one.info()).not.toHaveProperty("stopped");
    expect((await one.acme.organizationRow()).automatic).not.toHaveProperty("stopped");
  });

  test("is tried after a change that a person has paid, and after an owner sets it again", async () => {
    await look();
    one.watch();
    await one.acme.as(() => Seats.resize({ seats: 5 }));
    await one.invite(1);
    expect(await look()).toBe(3);
    one.watch(declined());
    await one.invite(1);
    expect(await look()).toBe(4);
    one.watch();
    await one.set(30);
    expect(await look()).toBe(5);
  });

  test("keeps what an owner sets in between", async () => {
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    const ends = (steps: readonly Step[]) =>
      steps.some((step) => step.do === "put" && step.item.type === "billing.resize_dropped");
    await overtake(one.follow, () => one.set(40), ends);
    expect(await one.info()).toMatchObject({ limit: 40, stopped: { reason: "refused" } });
  });

  test("of an organization that is deleted in between is told to nobody", async () => {
    one.watch(new StripeError("lost", "No answer.", {}));
    await look();
    const { world, port } = one.billing;
    await world.table.write(
      update(organizationKeys.organization(one.acme.organization), { set: { state: "deleted" } }),
    );
    const refuse = () => Promise.reject(declined());
    world.rebind({ stripe: { ...port, changeSeats: refuse, cancel: refuse } });
    await one.acme.reconcile();
    expect([(await one.acme.row())?.dropped?.reason, await reasons()]).toEqual(["refused", []]);
  });

  test("of a person stops nothing", async () => {
    await resultOf(one.acme.as(() => Seats.resize({ seats: 5 })));
    expect([await one.info(), await reasons()]).toMatchObject([{ room: 26 }, []]);
    expect(await one.info()).not.toHaveProperty("stopped");
  });
});

describe.each(["pm_card_chargeCustomerFail", "pm_card_authenticationRequired"])(
  "a payment that fails with %s",
  (card) => {
    beforeEach(() => one.pay(card));

    test("is refused at once, so that an owner can change seats and cancel at any time", async () => {
      expect([await look(), await look()]).toEqual([1, 1]);
      expect([await reasons(), (await one.info())?.stopped?.reason]).toEqual([["refused"], "refused"]);
      expect([(await one.acme.row())?.op, await one.charges()]).toEqual([undefined, 0]);
      await one.revoke();
      expect(await resultOf(one.acme.as(() => Seats.resize({ seats: 3 })))).toBe("done");
      // fewer seats show no payment that works
      expect((await one.info())?.stopped?.reason).toBe("refused");
      expect(await resultOf(one.acme.as(() => Manage.cancel({})))).toBe("done");
    });

    test("for a request of a member holds up no owner either", async () => {
      one.watch();
      await one.revoke();
      const bob = await one.member("bob@example.com");
      await one.request(bob, 5);
      await look();
      expect([one.tried(), (await one.requestOf(bob))?.state]).toEqual([1, "open"]);
      expect(await resultOf(one.acme.as(() => Manage.cancel({})))).toBe("done");
    });

    test("is tried at once with the method that is chosen then", async () => {
      await look();
      await one.pay("pm_card_mastercard");
      expect([await look(), await one.seats()]).toEqual([2, [5, 1]]);
      expect(await reasons()).toEqual(["refused"]);
    });
  },
);

test("a change that an earlier release let wait is tried again at once with the method that was chosen since", async () => {
  await one.pay("pm_card_chargeCustomerFail");
  const { world, port, server } = one.billing;
  const changeSeats: typeof port.changeSeats = (change, ...keys) =>
    port.changeSeats({ ...change, isAutomatic: false }, ...keys);
  // Stripe does not take the payment that is tried with the new method
  const pay = () => Promise.reject(new StripeError("refused", "Declined.", { code: "card_declined" }));
  world.rebind({ stripe: { ...port, changeSeats, pay } });
  await one.follow();
  const { mirror, op } = (await one.acme.row()) ?? {};
  expect(op?.waitsUntil).toBeDefined();
  const automatic = (await one.acme.organizationRow()).automatic as Automatic;
  const stopped = { at: "2026-11-24T09:00:00.000Z", until: "2026-11-25T09:00:00.000Z", reason: "waiting" as const };
  const set = { automatic: { ...automatic, stopped: { ...stopped, method: mirror?.method } } } as never;
  await world.table.write(update(organizationKeys.organization(one.acme.organization), { set }));
  await one.pay("pm_card_mastercard");
  world.clock.pass(23.5 * hourSeconds);
  server.catchUp();
  await one.acme.reconcile();
  expect(await one.acme.row()).toMatchObject({ dropped: { reason: "unpaid" } });
  one.watch();
  expect([await look(), await one.seats()]).toEqual([1, [5, 1]]);
});

test("a bank that processes a payment stops nothing: it goes on once it has arrived", async () => {
  await one.pay("pm_usBankAccount_success");
  expect([await look(), await look()]).toEqual([1, 1]);
  expect([await reasons(), await one.info()]).toMatchObject([[], { room: 25 }]);
  one.billing.world.clock.pass(10 * daySeconds);
  one.billing.server.catchUp();
  await one.acme.reconcile();
  expect((await one.seats())[0]).toBe(5);
  await one.invite(1);
  expect(await look()).toBe(2);
});

test("after twelve changes in a day, the rest of them are for people, and owners are told once", async () => {
  for (let times = 0; times < 12; times++) {
    one.billing.world.clock.pass(minuteSeconds);
    await one.follow();
    await one.invite(1);
  }
  expect([await look(), await look()]).toEqual([12, 12]);
  expect(await reasons()).toEqual(["often"]);
  const { stopped } = (await one.info()) ?? {};
  expect(Date.parse(stopped?.until ?? "")).toBeLessThan(one.billing.world.clock.at + daySeconds * 1000);
  await one.acme.as(() => Seats.resize({ seats: 17 }));
  await one.invite(1);
  expect([await look(), await reasons()]).toEqual([13, ["often"]]);
  one.billing.world.clock.at = Date.parse(stopped?.until ?? "") + 2 * minuteSeconds * 1000;
  expect(await look()).toBe(14);
});

test("what an owner sets while too many changes stop it is kept", async () => {
  for (let times = 0; times < 12; times++) {
    one.billing.world.clock.pass(minuteSeconds);
    await one.follow();
    await one.invite(1);
  }
  const { table, overtake } = openInterleaving(one.billing.world.table);
  bind({ table });
  const stops = (steps: readonly Step[]) => steps.some(({ key, do: what }) => key.sk === "#org" && what === "update");
  await overtake(one.follow, () => one.set(40), stops);
  expect(await one.info()).toMatchObject({ limit: 40, stopped: { reason: "often" } });
});

test("after six in a minute, another message goes on", async () => {
  for (let times = 0; times < 6; times++) {
    await one.follow();
    await one.invite(1);
  }
  one.billing.world.queued.work.splice(0);
  expect([await look(), await reasons()]).toEqual([6, []]);
  expect(one.billing.world.queued.work).toMatchObject([{ job: "followSeats" }]);
  one.billing.world.clock.pass(minuteSeconds);
  expect(await look()).toBe(7);
});
