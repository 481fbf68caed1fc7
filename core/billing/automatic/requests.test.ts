import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds, minuteSeconds } from "../../base/duration.ts";
import { bind } from "../../kernel/ports.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { memberKeys } from "../../member/keys.ts";
import { remove, update } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import * as Ledger from "../ledger/ledger.ts";
import { requestsPerChange } from "../limits.ts";
import * as Requests from "../requests/requests.ts";
import type { Op } from "../row.ts";
import { type Automatically, declined, eachAutomatic } from "./automatic.testing.ts";
import { reactions } from "./react.ts";

let one: Automatically;
/** Acme has four seats, of which one is in use. */
eachAutomatic(
  (opened) => {
    one = opened;
  },
  { before: ({ set }) => set(100) },
);

const people = (...names: string[]) => Promise.all(names.map((name) => one.member(`${name}@example.com`)));
const statesOf = async (all: Awaited<ReturnType<typeof people>>) =>
  Promise.all(all.map(async (person) => (await one.requestOf(person))?.state));

describe("requests that are open at the same moment", () => {
  test("are approved by one change, and each says its share of the charge", async () => {
    const all = await people("bob", "cy", "dee");
    for (const [n, person] of all.entries()) await one.request(person, n + 1);
    one.billing.world.clock.pass(10 * daySeconds);
    expect(await one.follow()).toEqual({ changes: 1 });
    expect([await one.seats(), await one.charges(), await statesOf(all)]).toEqual([
      [10, 9],
      1,
      ["approved", "approved", "approved"],
    ]);
    const [invoice] = await one.acme.invoices();
    const [charged] = (await one.acme.as(() => Ledger.ledger({}))).items;
    expect(charged?.lines[0]?.change).toMatchObject({ cause: "automatic", isForRequests: true, from: 4, to: 10 });
    expect(charged?.lines[0]?.change).not.toHaveProperty("by");
    const approved = await one.dataOf("billing.seat_request_approved");
    expect(approved.map(({ account, seats }) => [account, seats])).toEqual(
      expect.arrayContaining(all.map(({ account }, n) => [account, n + 1])),
    );
    const shares = approved.map(({ seats, charged }) => [Number(seats), (charged as { amount: number }).amount]);
    expect(shares.reduce((sum, [, amount = 0]) => sum + amount, 0)).toBe(invoice?.total);
    for (const [seats = 0, amount = 0] of shares) {
      expect(Math.abs(amount - ((invoice?.total ?? 0) * seats) / 6)).toBeLessThan(1);
    }
  });

  test("are open again if their payment is declined, and the oldest is tried alone before none are", async () => {
    const all = await people("bob", "cy");
    for (const person of all) await one.request(person, 2);
    one.watch(declined());
    await one.follow();
    expect([one.tried(), await statesOf(all)]).toEqual([2, ["open", "open"]]);
    expect(await one.follow()).toEqual({ changes: 0 });
    expect([one.tried(), await one.dataOf("billing.automatic_seats_stopped")]).toMatchObject([2, [{ seats: 2 }]]);
    one.watch();
    await one.set(100);
    await one.follow();
    expect([await one.seats(), await statesOf(all)]).toEqual([
      [8, 7],
      ["approved", "approved"],
    ]);
  });

  test("and are declined for a later, large one, are approved without it", async () => {
    await one.set(400);
    const all = await people("bob", "cy", "dee");
    for (const [n, person] of all.entries()) {
      await one.request(person, n === 1 ? 300 : 1);
      one.billing.world.clock.pass(1);
    }
    const { port, world } = one.billing;
    const changeSeats: typeof port.changeSeats = async (change, ...keys) =>
      change.quantity > 100 ? Promise.reject(declined()) : port.changeSeats(change, ...keys);
    world.rebind({ stripe: { ...port, changeSeats } });
    await one.follow();
    expect([await one.seats(), await statesOf(all)]).toEqual([
      [5, 4],
      ["approved", "open", "open"],
    ]);
    expect((await one.info())?.stopped).toMatchObject({ reason: "refused", isOfRequests: true });
    expect(await one.dataOf("billing.automatic_seats_stopped")).toMatchObject([{ seats: 300 }]);
    expect((await one.acme.organizationRow()).automatic).not.toHaveProperty("alone");
  });

  test("are paid one by one until one of them was, and then together again", async () => {
    const all = await people("bob", "cy", "dee");
    for (const person of all) await one.request(person, 2);
    const { port, world } = one.billing;
    let times = 0;
    const changeSeats: typeof port.changeSeats = async (...change) =>
      times++ === 0 ? Promise.reject(declined()) : port.changeSeats(...change);
    world.rebind({ stripe: { ...port, changeSeats } });
    await one.follow();
    expect([await statesOf(all), times]).toEqual([["approved", "approved", "approved"], 3]);
  });

  describe("of which an earlier release has ended one", () => {
    let all: Awaited<ReturnType<typeof people>>;
    beforeEach(async () => {
      all = await people("bob", "cy");
      for (const person of all) {
        await one.request(person, 2);
        one.billing.world.clock.pass(1);
      }
      one.watch(new StripeError("lost", "No answer.", {}));
      await one.follow();
    });
    async function endOne(failure?: StripeError) {
      expect(await statesOf(all)).toEqual(["paying", "paying"]);
      const { alsoFor: _, ...op } = (await one.acme.row())?.op ?? {};
      const key = billingKeys.billing(one.acme.organization);
      await one.billing.world.table.write(update(key, { set: { op: op as Op } }));
      one.watch(failure);
      await one.acme.reconcile();
    }
    const approvedOf = async () => (await one.dataOf("billing.seat_request_approved")).map(({ account }) => account);

    test("are approved by the next look if it was paid, once", async () => {
      await one.follow();
      await endOne();
      expect(await statesOf(all)).toEqual(["approved", "paying"]);
      await Promise.all([one.follow(), one.follow()]);
      expect([await statesOf(all), await one.charges()]).toEqual([["approved", "approved"], 1]);
      expect(await approvedOf()).toHaveLength(2);
      expect(new Set(await approvedOf())).toEqual(new Set(all.map(({ account }) => account)));
    });

    test("are open again if it was declined, also where seats are no longer added automatically", async () => {
      await endOne(declined());
      expect(await statesOf(all)).toEqual(["open", "paying"]);
      await one.set(null);
      const about = { owner: one.acme.organization } as never;
      await Promise.all(reactions.map(({ run }) => run({} as never, about)));
      expect(await statesOf(all)).toEqual(["open", "open"]);
      expect(await approvedOf()).toEqual([]);
    });
  });

  test("of somebody who leaves in between are left out, and the others approved", async () => {
    const all = await people("bob", "cy");
    const [bob] = all;
    for (const person of all) await one.request(person, 2);
    const { table } = one.billing.world;
    const key = memberKeys.member(one.acme.organization, bob?.account ?? one.acme.owner.account);
    const interleaving = openInterleaving(table);
    bind({ table: interleaving.table });
    await interleaving.overtake(
      one.follow,
      () => table.write(remove(key)),
      (steps) => steps.some((step) => step.do === "put" && step.item.op !== undefined),
    );
    expect([await one.seats(), await one.charges()]).toEqual([[6, 5], 1]);
  });

  test("are so many at most in one change", async () => {
    const all = await people(...Array.from({ length: requestsPerChange + 1 }, (_, n) => `p${n}`));
    for (const person of all) await one.request(person, 1);
    expect(await one.follow()).toEqual({ changes: 2 });
    expect((await one.seats())[0]).toBe(4 + all.length);
  });
});

test("requests use a part of the changes of a day: the rest are for seats in use", async () => {
  const all = await people("bob", "cy", "dee");
  for (let times = 0; times < 12; times++) {
    one.billing.world.clock.pass(minuteSeconds + 1);
    const person = all[times % 3];
    if (person && (await one.requestOf(person))?.state !== "open") await one.request(person, 1);
    await one.follow();
  }
  expect((await one.info())?.stopped).toMatchObject({ reason: "often", isOfRequests: true });
  expect([await one.charges(), (await one.seats())[0]]).toEqual([8, 12]);
  await one.invite(11);
  one.billing.world.clock.pass(minuteSeconds + 1);
  await one.follow();
  expect([await one.seats(), await one.charges()]).toEqual([[13, 1], 9]);
});

describe("before the renewal, seats", () => {
  test("stay for a week after they were added for several members", async () => {
    const all = await people("bob", "cy");
    one.billing.world.clock.pass(28.5 * daySeconds);
    for (const person of all) await one.request(person, 1);
    await one.follow();
    one.billing.world.clock.pass(daySeconds);
    await one.follow();
    expect([(await one.seats())[0], await statesOf(all)]).toEqual([6, ["approved", "approved"]]);
  });

  test.each([
    ["stay while a request of the week waits", [5, "open"], false],
    ["are removed once it was declined", [2, "declined"], true],
  ] as const)("%s", async (_, [seats, state], isDeclined) => {
    await one.set(5);
    await one.acme.edit(5);
    await one.acme.reconcile();
    const [bob] = await people("bob");
    if (!bob) throw new Error("Nobody.");
    one.billing.world.clock.pass(28.5 * daySeconds);
    const { requestedAt } = await one.request(bob, 9);
    if (isDeclined) {
      await one.acme.as(() => Requests.declineSeatRequest({ account: bob.account, requestedAt, reason: "No." }));
    }
    one.billing.world.clock.pass(daySeconds);
    await one.follow();
    expect([(await one.seats())[0], (await one.requestOf(bob))?.state]).toEqual([seats, state]);
  });
});
