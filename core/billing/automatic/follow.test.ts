import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../../audit/audit.ts";
import { asSystem, provide } from "../../kernel/context.ts";
import { kernelKeys } from "../../kernel/keys.ts";
import { bind } from "../../kernel/ports.ts";
import { StripeError } from "../../kernel/stripe-port.ts";
import { memberKeys } from "../../member/keys.ts";
import * as Grant from "../../organization/grant.ts";
import { organizationKeys } from "../../organization/keys.ts";
import * as Seat from "../../seat/seat.ts";
import { type Item, type Key, put, remove, type Step, typed, update } from "../../table/table.ts";
import { billingKeys } from "../keys.ts";
import * as Ledger from "../ledger/ledger.ts";
import * as Manage from "../manage.ts";
import * as Seats from "../seats.ts";
import { type Automatically, eachAutomatic } from "./automatic.testing.ts";
import { followSeats } from "./follow.ts";
import { react } from "./react.ts";

let one: Automatically;
/** Acme has four seats, of which three are free. */
eachAutomatic((opened) => {
  one = opened;
});

/** The write that stores a change of seats. */
const begins = (steps: readonly Step[]) =>
  steps.some((step) => step.do === "put" && step.key.sk === "#billing" && step.item.op !== undefined);

describe("seats that are added automatically", () => {
  test("are as many as are kept free, in one charge that names nobody", async () => {
    await one.set(20, 3);
    await one.follow();
    expect(await one.charges()).toBe(0);
    await one.invite(3);
    expect(await one.follow()).toEqual({ changes: 1 });
    expect([await one.seats(), await one.charges()]).toEqual([[7, 3], 1]);
    const [invoice] = (await one.acme.as(() => Ledger.ledger({}))).items;
    expect(invoice?.lines[0]?.change).toMatchObject({ cause: "automatic", from: 4, to: 7 });
    expect(invoice?.lines[0]?.change).not.toHaveProperty("by");
    const begun = (await one.acme.events()).find(({ type }) => type === "billing.resize_started");
    expect(begun).toMatchObject({ actor: "system#automatic_seats", data: { from: 4, to: 7 } });
    expect(await one.dataOf("billing.resized")).toMatchObject([{ by: "automatic" }]);
  });

  test("are none for a job that comes again, late, or beside others", async () => {
    await one.set(20);
    await one.invite(3);
    await Promise.all(Array.from({ length: 8 }, one.follow));
    await one.follow();
    expect([await one.seats(), await one.charges()]).toEqual([[5, 1], 1]);
    await one.invite(1);
    await one.revoke();
    await one.follow();
    expect(await one.charges()).toBe(1);
  });

  test("are one or two charges for 64 people who join at once", async () => {
    await one.set(200, 64);
    await one.follow();
    const before = await one.charges();
    const join = () => one.billing.world.table.write(Seat.takeOne(one.acme.organization));
    await Promise.all(Array.from({ length: 64 }, () => join().then(one.follow)));
    await one.follow();
    expect(await one.seats()).toEqual([129, 64]);
    expect((await one.charges()) - before).toBeLessThanOrEqual(2);
  });

  test("are never above the limit, and none at it", async () => {
    await one.set(5, 3);
    await one.invite(3);
    await one.follow();
    await one.invite(1);
    expect(await one.follow()).toEqual({ changes: 0 });
    expect([await one.seats(), await one.charges()]).toEqual([[5, 0], 1]);
  });

  test("are none for a seat that somebody gives back in between", async () => {
    await one.set(20);
    await one.invite(3);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    const [done] = await overtake(one.follow, one.revoke, begins);
    expect(done).toEqual({ changes: 0 });
    expect([await one.seats(), await one.charges()]).toEqual([[4, 1], 0]);
  });

  test("are what is needed then, where somebody takes another seat in between", async () => {
    await one.set(20, 2);
    await one.invite(2);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    await overtake(one.follow, () => one.invite(1), begins);
    expect([await one.seats(), await one.charges()]).toEqual([[6, 2], 1]);
  });

  test("follow what an owner sets in between", async () => {
    await one.set(20, 5);
    await one.invite(3);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    await overtake(one.follow, () => one.set(null), begins);
    expect([await one.seats(), await one.charges()]).toEqual([[4, 0], 0]);
  });

  test("count granted seats as free ones, and not toward the limit", async () => {
    await one.set(4, 2);
    await asSystem("operator", () => Grant.grant({ organization: one.acme.organization, seats: 3 }));
    await one.invite(4);
    expect(await one.follow()).toEqual({ changes: 0 });
    await one.invite(1);
    expect([await one.follow(), await one.seats()]).toEqual([{ changes: 0 }, [4, 1]]);
    await one.set(9, 2);
    await one.follow();
    expect(await one.seats()).toEqual([5, 2]);
  });
});

describe("nothing is changed", () => {
  beforeEach(async () => {
    await one.set(20);
    await one.invite(3);
  });
  const nothing = async () => expect([await one.follow(), await one.charges()]).toEqual([{ changes: 0 }, 0]);

  test("while a change is under way, or its answer is lost; then the seats are there once", async () => {
    one.watch(new StripeError("lost", "No answer.", {}));
    await one.follow();
    await nothing();
    expect([one.tried(), (await one.acme.row())?.op?.to]).toEqual([1, 5]);
    one.watch();
    await one.acme.reconcile();
    await one.follow();
    expect([await one.seats(), await one.charges()]).toEqual([[5, 1], 1]);
  });

  test("at a subscription that is set to end, and again once it is resumed", async () => {
    await one.acme.as(() => Manage.cancel({}));
    await nothing();
    await one.acme.as(() => Manage.resume({}));
    expect(await one.follow()).toEqual({ changes: 1 });
  });

  test("while the breaker is tripped", async () => {
    const tripped = { report: "rep_00000000000000000000000000", at: "2026-11-24T00:00:00.000Z" } as const;
    await one.billing.world.table.write(put(billingKeys.breaker(), tripped));
    await nothing();
    await one.billing.world.table.write(remove(billingKeys.breaker()));
    expect(await one.follow()).toEqual({ changes: 1 });
  });

  test("while an invoice is past due", async () => {
    await one.pay("pm_card_chargeCustomerFail");
    one.billing.world.clock.pass(32 * 86_400);
    one.billing.server.catchUp();
    await one.acme.reconcile();
    await nothing();
    expect(await one.set(30)).toBe("billing.payment_due");
    expect(await one.set(null)).toBe("done");
  });

  test("without time for it: another message goes on", async () => {
    const { world } = one.billing;
    const { organization } = one.acme;
    const job = { job: "followSeats", organization } as const;
    const late = { actor: { type: "system", job: "work" }, until: world.clock.at } as const;
    expect(await provide(late, () => followSeats(job))).toEqual({ changes: 0 });
    expect([world.queued.work.at(-1), await one.charges()]).toEqual([job, 0]);
  });

  test("without Stripe", async () => {
    one.billing.world.rebind({ stripe: undefined as never });
    expect(await one.follow()).toEqual({ changes: 0 });
  });
});

describe("where more seats are in use than there are", () => {
  test("those come before requests", async () => {
    const bob = await one.member("bob@example.com");
    await one.set(20);
    await one.invite(3);
    await one.acme.edit(2);
    await one.acme.reconcile();
    await one.request(bob, 1);
    expect(await one.follow()).toEqual({ changes: 2 });
    expect([await one.seats(), (await one.requestOf(bob))?.state]).toEqual([[6, 2], "approved"]);
  });

  test("nothing is tried if the limit does not allow as many", async () => {
    const { table } = one.billing.world;
    await one.set(6);
    await table.write(update(organizationKeys.organization(one.acme.organization), { add: { free: -6 } }));
    let reads = 0;
    const getMany = (keys: readonly Key[], options?: object) => {
      reads++;
      return table.getMany(keys, options);
    };
    bind({ table: typed({ ...table, getMany }) });
    expect([await one.follow(), reads]).toEqual([{ changes: 0 }, 1]);
  });
});

describe("a request for seats", () => {
  test("is approved by the change that brings its seats, on top of those that there are", async () => {
    const bob = await one.member("bob@example.com");
    await one.set(20, 2);
    await one.request(bob, 9);
    expect(await one.follow()).toEqual({ changes: 1 });
    expect(await one.seats()).toEqual([13, 12]);
    expect(await one.requestOf(bob)).toMatchObject({ state: "approved", isAutomatic: true });
    const approved = { account: bob.account, seats: 9, by: "automatic" };
    expect(await one.dataOf("billing.seat_request_approved")).toMatchObject([approved]);
    const [invoice] = (await one.acme.as(() => Ledger.ledger({}))).items;
    expect(invoice?.lines[0]?.change).toMatchObject({ cause: "automatic", by: { account: bob.account } });
    expect(await one.follow()).toEqual({ changes: 0 });
  });

  test("beyond the limit stays, and those that fit are approved, oldest first", async () => {
    const [bob, cy, dee] = [await one.member("bob@x.io"), await one.member("cy@x.io"), await one.member("dee@x.io")];
    for (const [person, seats] of [
      [bob, 9],
      [cy, 3],
      [dee, 4],
    ] as const) {
      await one.request(person, seats);
      one.billing.world.clock.pass(1);
    }
    await one.set(10);
    expect(await one.follow()).toEqual({ changes: 1 });
    const states = await Promise.all([bob, cy, dee].map(async (person) => (await one.requestOf(person))?.state));
    expect([states, await one.seats()]).toEqual([
      ["open", "approved", "open"],
      [7, 6],
    ]);
  });

  test("that waits is looked at when an owner raises the limit", async () => {
    const { world } = one.billing;
    const { organization } = one.acme;
    const bob = await one.member("bob@example.com");
    await one.set(5);
    await one.request(bob, 9);
    await one.follow();
    await one.set(20);
    await asSystem("follow", () => Audit.follow({ owner: organization }));
    const { items } = await world.table.query({ ...kernelKeys.log(organization), to: "9" });
    const announcement = Audit.announcement(items.at(-1) as Item);
    world.queued.work.splice(0);
    await asSystem("work", () => react(announcement as Audit.Announcement));
    await one.billing.work();
    expect((await one.requestOf(bob))?.state).toBe("approved");
  });

  test("is open again if its payment is declined, and waits for an owner", async () => {
    const bob = await one.member("bob@example.com");
    await one.set(20);
    await one.request(bob, 2);
    one.watch(new StripeError("refused", "No.", { code: "card_declined" }));
    await one.follow();
    expect(await one.requestOf(bob)).toMatchObject({ state: "open" });
    expect([await one.follow(), one.tried()]).toEqual([{ changes: 0 }, 1]);
  });

  test("of a member who has left, or one that is revoked in between, buys nothing", async () => {
    const bob = await one.member("bob@example.com");
    await one.set(20);
    await one.request(bob, 2);
    const { table, overtake } = openInterleaving(one.billing.world.table);
    bind({ table });
    const key = memberKeys.member(one.acme.organization, bob.account);
    await overtake(one.follow, () => table.write(remove(key)), begins);
    expect([await one.follow(), await one.charges()]).toEqual([{ changes: 0 }, 0]);
    const cy = await one.member("cy@example.com");
    await one.request(cy, 2);
    const revoke = () => table.write(remove(billingKeys.seatRequest(one.acme.organization, cy.account)));
    await overtake(one.follow, revoke, begins);
    expect(await one.charges()).toBe(0);
  });

  test("that has expired buys nothing, and holds up no other", async () => {
    const [bob, cy] = [await one.member("bob@example.com"), await one.member("cy@example.com")];
    await one.request(bob, 2);
    one.billing.world.clock.pass(15 * 86_400);
    await one.set(20);
    expect([await one.follow(), await one.charges()]).toEqual([{ changes: 0 }, 0]);
    await one.request(cy, 3);
    await one.follow();
    expect([await one.seats(), (await one.requestOf(cy))?.state]).toEqual([[7, 6], "approved"]);
  });
});

test("a person who changes seats at the same moment is charged once, and so is the rest", async () => {
  await one.set(20);
  await one.invite(3);
  const { table, overtake } = openInterleaving(one.billing.world.table);
  bind({ table });
  await overtake(one.follow, () => one.acme.as(() => Seats.resize({ seats: 6 })), begins);
  expect([await one.seats(), await one.charges()]).toEqual([[6, 2], 1]);
});
