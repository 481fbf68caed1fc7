import { resultOf } from "@muster/local/testing/result.ts";
import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { daySeconds } from "../base/duration.ts";
import { implied } from "../base/failure.ts";
import { changeAutomaticSeats } from "../billing/automatic/automatic.ts";
import { billingKeys } from "../billing/keys.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { idle, openReclaims, type Reclaims } from "./reclaim.testing.ts";
import * as Reclaim from "./reclaim.ts";

let place: Reclaims;
let billing: BillingWorld;
let acme: Customer;

beforeEach(async () => {
  place = await openReclaims();
  ({ billing, acme } = place);
});
afterEach(() => billing.stop());

describe("unused seats", () => {
  test("are listed as members, except owners, without a request for long, and invitations without an answer", async () => {
    const old = await place.join("old@example.com", "write", 70);
    await place.join("new@example.com", "write", 3);
    await place.join("eve@example.com", "owner", 200);
    await place.invite("held@example.com");
    billing.world.clock.pass(12 * daySeconds);
    await place.invite("sent@example.com");
    const list = (of: "members" | "invitations") =>
      acme.as(() => Reclaim.listUnused({ of, inactiveSince: place.dayBefore(idle), sentUntil: place.before(10) }));
    expect((await list("members")).items).toMatchObject([{ account: old.account, role: "write" }]);
    expect((await list("invitations")).items).toMatchObject([{ email: "held@example.com" }]);
  });

  test("are not those of somebody who was here last week", async () => {
    const recent = { of: "members" as const, inactiveSince: place.dayBefore(2) };
    expect(await resultOf(acme.as(() => Reclaim.listUnused(recent)))).toBe("reclaim.too_recent");
    expect(await resultOf(place.start({ inactiveSince: place.dayBefore(2) }))).toBe("reclaim.too_recent");
    expect(await resultOf(place.start({ sentUntil: place.before(0) }))).toBe("reclaim.too_recent");
  });
});

describe("a reclaim", () => {
  test("removes and revokes what was reviewed, as its author, and reduces the subscription", async () => {
    const old = await place.join("old@example.com", "write", 70);
    const older = await place.join("older@example.com", "admin", 170);
    const here = await place.join("here@example.com", "write", 3);
    const eve = await place.join("eve@example.com", "owner", 200);
    await place.active(acme.owner.account, place.dayBefore(100));
    await place.invite("held@example.com", "also@example.com");
    billing.world.clock.pass(12 * daySeconds);
    await place.invite("sent@example.com");
    await place.start({ reduces: true });
    await place.runAll();
    expect(await place.get()).toMatchObject({ state: "done", removed: 2, revoked: 2, seats: 8 });
    expect(await place.members([old, older])).toBe(0);
    expect(await place.members([here, eve, acme.owner])).toBe(3);
    expect(await place.paid()).toBe(8);
    expect(await place.free()).toBe(4);
    const removals = (await acme.events()).filter(({ type }) => type === "member.removed");
    expect(removals.map(({ actor }) => actor)).toEqual([acme.owner.account, acme.owner.account]);
    expect(await place.typesOf()).toEqual(
      expect.arrayContaining(["reclaim.started", "reclaim.ended", "billing.resized"]),
    );
  });

  test("keeps seats that automatic seats would add again", async () => {
    for (let n = 0; n < 11; n++) await place.join(`old${n}@example.com`, "write", 70);
    await acme.as(() => changeAutomaticSeats({ limit: 20, spare: 3 }));
    await place.start({ reduces: true });
    await place.runAll();
    expect([await place.paid(), await place.free()]).toEqual([4, 3]);
  });

  test("keeps the seats for others unless it says otherwise", async () => {
    await place.join("old@example.com", "write", 70);
    await place.start();
    await place.runAll();
    expect(await place.get()).toMatchObject({ state: "done", removed: 1 });
    expect((await place.get())?.seats).toBeUndefined();
    expect([await place.paid(), await place.free()]).toEqual([12, 11]);
  });

  test("spares who makes a request after the review, also between the look and the removal", async () => {
    const back = await place.join("back@example.com", "write", 70);
    const late = await place.join("late@example.com", "write", 70);
    await place.start({ reduces: true });
    await place.active(back.account, place.dayBefore(0));
    const end = place.afterReading(memberKeys.member(acme.organization, late.account), () =>
      place.active(late.account, place.dayBefore(0)),
    );
    await place.runAll();
    end();
    expect(await place.members([back, late])).toBe(2);
    expect(await place.get()).toMatchObject({ state: "done", removed: 0 });
    expect(await place.paid()).toBe(12);
  });

  test("spares who becomes an owner, who is left out, and an invitation that is sent again", async () => {
    const old = await place.join("old@example.com", "write", 70);
    const kept = await place.join("kept@example.com", "write", 70);
    await place.invite("held@example.com");
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ except: [kept.account] });
    const { organization } = acme;
    await billing.world.table.write(
      update(memberKeys.member(organization, old.account), { set: { role: "owner" } }),
      update(organizationKeys.organization(organization), { add: { owners: 1 } }),
      update(invitationKeys.addressIn(organization, addressOf("held@example.com")), {
        set: { sentAt: place.before(0) },
      }),
    );
    await place.runAll();
    expect(await place.members([old, kept])).toBe(2);
    expect(await place.get()).toMatchObject({ state: "done", removed: 0, revoked: 0 });
  });

  test("takes no more than was reviewed", async () => {
    const people = await Promise.all(["a", "b", "c"].map((name) => place.join(`${name}@example.com`, "read", 70)));
    await place.invite("x@example.com", "y@example.com", "z@example.com");
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ members: 1, invitations: 2 });
    await place.runAll();
    expect(await place.members(people)).toBe(2);
    expect(await place.get()).toMatchObject({ state: "done", removed: 1, revoked: 2 });
  });

  test("counts each once however often it runs, and at once", async () => {
    const people = await Promise.all(["a", "b", "c", "d"].map((name) => place.join(`${name}@example.com`, "read", 70)));
    await place.invite("x@example.com", "y@example.com");
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ reduces: true });
    await Promise.all([place.runOnce(), place.runOnce(), place.runOnce()]);
    await place.runAll();
    await place.runOnce();
    expect(await place.members(people)).toBe(0);
    expect(await place.get()).toMatchObject({ state: "done", removed: 4, revoked: 2, seats: 6 });
    expect(await place.paid()).toBe(6);
    expect(await place.free()).toBe(5);
    expect((await place.typesOf()).filter((type) => type === "reclaim.ended")).toHaveLength(1);
  });

  test("is one at a time, and starts by its event", async () => {
    const carol = await place.join("carol@example.com", "admin", 0);
    const results = await Promise.all([resultOf(place.start()), resultOf(place.startAs(carol, "admin"))]);
    expect(results.toSorted()).toEqual(["done", "reclaim.running"]);
    expect((await place.typesOf()).filter((type) => type === "reclaim.started")).toHaveLength(1);
    billing.world.queued.work.length = 0;
    await place.react();
    expect(billing.world.queued.work).toMatchObject([{ job: "reclaim", organization: acme.organization }]);
  });

  test("ends when it is canceled", async () => {
    const old = await place.join("old@example.com", "write", 70);
    await place.start();
    await acme.as(() => Reclaim.cancel({}));
    const { work } = billing.world.queued;
    work.length = 0;
    await place.runOnce();
    expect(work).toEqual([]);
    expect(await place.isMember(old)).toBe(true);
    expect(await place.get()).toMatchObject({ state: "canceled", removed: 0 });
    expect(await resultOf(acme.as(() => Reclaim.cancel({})))).toBe("reclaim.ended");
  });

  test("stops when its author may no longer remove members, also between the look and the removal", async () => {
    const carol = await place.join("carol@example.com", "admin", 0);
    const old = await place.join("old@example.com", "write", 70);
    await place.startAs(carol, "admin", { reduces: true });
    const demote = () =>
      billing.world.table.write(
        update(memberKeys.member(acme.organization, carol.account), { set: { role: "write" } }),
      );
    const end = place.afterReading(memberKeys.member(acme.organization, old.account), demote);
    await place.runAll();
    end();
    expect(await place.isMember(old)).toBe(true);
    expect(await place.get()).toMatchObject({ state: "stopped", removed: 0 });
    expect(await place.paid()).toBe(12);
  });

  test("says so when Stripe declines the reduction", async () => {
    const old = await place.join("old@example.com", "write", 70);
    await place.start({ reduces: true });
    const changeSeats = async () => {
      throw new StripeError("refused", "No.", {});
    };
    billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
    await place.runAll();
    billing.world.rebind({ stripe: billing.port });
    await place.react();
    expect(await place.isMember(old)).toBe(false);
    const reason = "Stripe declined this change.";
    expect(await place.get()).toMatchObject({ state: "done", removed: 1, failure: "billing.refused", reason });
    expect((await place.get())?.seats).toBeUndefined();
    expect(await place.paid()).toBe(12);
  });

  test("says so when Stripe declines the reduction after the reclaim has ended, and only in its own result", async () => {
    const old = await place.join("old@example.com", "write", 70);
    await place.start({ reduces: true });
    const answer = (fault: "failed" | "refused") => {
      const changeSeats = async () => {
        throw new StripeError(fault, "No.", {});
      };
      billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
    };
    answer("failed");
    await place.runAll();
    expect(await place.get()).toMatchObject({ state: "done", removed: 1, seats: 11 });
    answer("refused");
    await acme.reconcile();
    billing.world.rebind({ stripe: billing.port });
    await place.react();
    expect(await place.isMember(old)).toBe(false);
    expect(await place.get()).toMatchObject({ state: "done", removed: 1, failure: "billing.refused" });
    expect([(await place.get())?.seats, await place.paid()]).toEqual([undefined, 12]);
    await place.start({ reduces: true });
    await place.runAll();
    await place.react();
    expect((await place.get())?.failure).toBeUndefined();
  });

  test("ends where nothing was paid yet, and goes on a moment later where others write the same rows", async () => {
    const old = await place.join("old@example.com", "write", 70);
    const { table } = billing.world;
    await place.start({ reduces: true });
    billing.world.rebind({ table: { ...table, write: () => Promise.reject(implied.contended()) } });
    billing.world.queued.work.length = 0;
    await place.runOnce();
    expect(billing.world.queued.work).toMatchObject([{ job: "reclaim" }]);
    billing.world.rebind({ table });
    const debit = {
      invoice: "in_1",
      amount: 1,
      currency: "usd",
      type: "sepa_debit",
      paidSeats: 0,
      hasFailed: true as const,
    };
    await table.write(update(billingKeys.billing(acme.organization), { set: { debit } }));
    await place.runAll();
    expect(await place.isMember(old)).toBe(false);
    expect(await place.get()).toMatchObject({ state: "done", failure: "billing.no_subscription" });
  });

  test("goes on from page to page", async () => {
    await billing.world.table.write(
      update(organizationKeys.organization(acme.organization), { add: { free: 300, capacity: 300 } }),
    );
    const people: Person[] = [];
    for (let i = 0; i < 230; i++) {
      people.push(await place.join(`person-${i}@example.com`, "read", i % 10 === 0 ? 1 : 70));
    }
    const listed: unknown[] = [];
    let cursor: string | undefined;
    do {
      const input = {
        of: "members" as const,
        inactiveSince: place.dayBefore(idle),
        ...(cursor !== undefined && { cursor }),
      };
      const page = await acme.as(() => Reclaim.listUnused(input));
      listed.push(...page.items.map(({ account }) => account));
      cursor = page.next;
    } while (cursor !== undefined);
    expect([listed.length, new Set(listed).size]).toEqual([207, 207]);
    await place.start({ members: 207 });
    await place.runAll();
    expect(await place.get()).toMatchObject({ state: "done", removed: 207 });
    expect(await place.members(people)).toBe(23);
  });
});
