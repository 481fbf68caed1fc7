import { crashAt } from "@muster/local/testing/crashes/crash.ts";
import { linkDevice, numbered } from "@muster/local/testing/fixtures/devices.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { billingKeys } from "../billing/keys.ts";
import * as Device from "../device/device.ts";
import { deviceKeys } from "../device/keys.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { reclaimKeys } from "./keys.ts";
import { secondsPerMessage } from "./limits.ts";
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

const names = (count: number) => Array.from({ length: count }, (_, index) => `person-${index}@example.com`);
const addressKey = (email: string) => invitationKeys.addressIn(acme.organization, addressOf(email));

describe("a reclaim never takes", () => {
  test("its author, however long ago their last request was", async () => {
    const carol = await place.join("carol@example.com", "admin", 100);
    const old = await place.join("old@example.com", "write", 100);
    await place.startAs(carol, "admin");
    await place.runAll();
    expect(await place.members([carol, old])).toBe(1);
    expect(await place.get()).toMatchObject({ state: "done", removed: 1 });
  });

  test("somebody whose device is in use, also when that begins right before the removal", async () => {
    const [works, sleeps, wakes] = await Promise.all([
      place.join("works@example.com", "write", 100),
      place.join("sleeps@example.com", "write", 100),
      place.join("wakes@example.com", "write", 100),
    ]);
    const { organization } = acme;
    const touch = ({ account }: Person, id: ID.ID<"device">, contactAt: string) =>
      billing.world.table.write(update(deviceKeys.device(account, id), { set: { contactAt } }));
    const ids: ID.ID<"device">[] = [];
    for (const { account } of [works, sleeps, wakes]) {
      ids.push((await linkDevice(billing.world, { account, organization })).id);
    }
    const [, ofSleeps = numbered(1), ofWakes = numbered(2)] = ids;
    await touch(sleeps, ofSleeps, place.before(70));
    await touch(wakes, ofWakes, place.before(70));
    // a device that somebody uses elsewhere is no use here
    const { organization: other } = await billing.createOrganization(sleeps);
    await linkDevice(billing.world, { account: sleeps.account, organization: other });
    expect([...(await place.listed("members")).keys()]).toEqual([sleeps.email, wakes.email]);
    await place.start();
    const wake = () => touch(wakes, ofWakes, place.before(0));
    const end = place.afterReading(memberKeys.member(organization, wakes.account), wake, { isAlone: true });
    await place.runAll();
    end();
    expect([await place.members([works, wakes]), await place.isMember(sleeps)]).toEqual([2, false]);
  });

  test("somebody who becomes an owner between the look and the removal", async () => {
    const old = await place.join("old@example.com", "write", 100);
    await place.start();
    const promote = () =>
      billing.world.table.write(
        update(memberKeys.member(acme.organization, old.account), { set: { role: "owner" } }),
        update(organizationKeys.organization(acme.organization), { add: { owners: 1 } }),
      );
    const end = place.afterReading(memberKeys.member(acme.organization, old.account), promote, { isAlone: true });
    await place.runAll();
    end();
    expect(await place.isMember(old)).toBe(true);
    expect(await place.get()).toMatchObject({ state: "done", removed: 0 });
  });

  test("somebody who was an owner when unused seats were reviewed, in the place of somebody who was reviewed", async () => {
    const founder = await place.join("aaron@example.com", "owner", 100);
    const second = await place.join("abel@example.com", "write", 100);
    const old = await place.join("old@example.com", "write", 100);
    const { organization } = acme;
    const asFounder = <R>(run: () => R) => billing.world.as(founder, run, { id: organization, role: "owner" });
    expect([...(await place.listed("members")).keys()]).toEqual([second.email, old.email]);
    await place.start({ members: 1, except: [second.account] });
    await asFounder(() => Member.transfer({ account: second.account }));
    await place.active(founder.account, place.dayBefore(100));
    await acme.as(() => Member.changeRole({ account: second.account, role: "read" }));
    await place.runAll();
    expect([await place.isMember(founder), await place.isMember(old)]).toEqual([true, false]);
    expect([...(await place.listed("members")).keys()]).toEqual([]);
  });

  test("somebody whose device ends after unused seats were reviewed, whenever its last contact was", async () => {
    const loses = await place.join("adam@example.com", "write", 100);
    const old = await place.join("old@example.com", "write", 100);
    const { organization } = acme;
    const link = () => linkDevice(billing.world, { account: loses.account, organization });
    const [{ id: device }, { id: other }] = [await link(), await link()];
    await place.start({ members: 1 });
    const end = (id: ID.ID<"device">) => billing.world.as(loses, () => Device.revokeOwn({ device: id }));
    await end(device);
    await billing.world.table.write(
      update(deviceKeys.device(loses.account, other), { set: { contactAt: place.before(100) } }),
    );
    await end(other);
    await place.active(loses.account, place.dayBefore(100));
    await place.runAll();
    expect([await place.isMember(loses), await place.isMember(old)]).toEqual([true, false]);
    // the contacts of a device that only has to wipe itself are no use, as before it had ended
    billing.world.clock.pass((idle + 1) * daySeconds);
    await billing.world.table.write(
      update(deviceKeys.device(loses.account, device), { set: { contactAt: place.before(0) } }),
    );
    const { id: third } = await link();
    await billing.world.table.write(
      update(deviceKeys.device(loses.account, third), { set: { contactAt: place.before(100) } }),
    );
    expect([...(await place.listed("members")).keys()]).toEqual([loses.email]);
  });

  test("the invitation of an owner, one that is left out, or one that is sent again between the look and the end", async () => {
    const [again = "", owner = "", out = "", held = ""] = names(4);
    await place.invite(again, owner, out, held);
    await billing.world.table.write(update(addressKey(owner), { set: { role: "owner" } }));
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ except: [(await place.listed("invitations")).get(out) ?? ""] });
    const send = () => billing.world.table.write(update(addressKey(again), { set: { sentAt: place.before(0) } }));
    const end = place.afterReading(addressKey(again), send);
    await place.runAll();
    end();
    const rows = await billing.world.table.getMany([again, owner, out, held].map(addressKey));
    expect(rows.map((row) => row?.state)).toEqual(["pending", "pending", "pending", "revoked"]);
    expect(await place.get()).toMatchObject({ state: "done", revoked: 1 });
  });

  test("more than was reviewed, also when another run is faster", async () => {
    const [held = ""] = names(1);
    await place.invite(held);
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ invitations: 1 });
    const key = reclaimKeys.reclaim(acme.organization);
    const count = () => billing.world.table.write(update(key, { set: { revoked: 1 } }));
    const end = place.afterReading(addressKey(held), count);
    await place.runAll();
    end();
    expect((await billing.world.table.get(addressKey(held)))?.state).toBe("pending");
    expect(await place.get()).toMatchObject({ state: "done", revoked: 1 });
  });

  test("anybody after somebody stops it, also between the look and the removal", async () => {
    const people = await Promise.all(names(3).map((email) => place.join(email, "write", 100)));
    await place.start({ reduces: true });
    const [first] = people;
    if (!first) throw new Error("Nobody joined.");
    let result = "";
    const stop = async () => {
      result = await resultOf(acme.as(() => Reclaim.cancel({})));
    };
    const end = place.afterReading(memberKeys.member(acme.organization, first.account), stop, { isAlone: true });
    await place.runAll();
    end();
    expect(result).toBe("done");
    const { removed = -1, state } = (await place.get()) ?? {};
    expect(state).toBe("canceled");
    expect(await place.members(people)).toBe(3 - removed);
    expect(await place.isMember(first)).toBe(true);
    expect(await place.paid()).toBe(12);
  });

  test("a seat off the subscription after somebody stops it, also when that is its last moment", async () => {
    const old = await place.join("old@example.com", "write", 100);
    await place.start({ reduces: true });
    let stops = "";
    const stop = async () => {
      if ((await place.row())?.walking !== "invitations") return;
      stops ||= await resultOf(acme.as(() => Reclaim.cancel({})));
    };
    const end = place.afterReading(billingKeys.billing(acme.organization), stop);
    await place.runAll();
    end();
    expect([stops, await place.isMember(old)]).toEqual(["done", false]);
    expect(await place.get()).toMatchObject({ state: "canceled", removed: 1 });
    expect(await place.paid()).toBe(12);
  });
});

test("a stop that meets a newer order leaves it running", async () => {
  await place.start();
  const key = reclaimKeys.reclaim(acme.organization);
  const renew = () => billing.world.table.write(update(key, { set: { id: ID.create("operation") } }));
  const end = place.afterReading(key, renew);
  expect(await resultOf(acme.as(() => Reclaim.cancel({})))).toBe("reclaim.ended");
  end();
  expect(await place.get()).toMatchObject({ state: "running" });
});

describe("a reclaim goes on", () => {
  test("wherever a run is killed, and counts each seat once", async () => {
    const people = await Promise.all(names(4).map((email) => place.join(email, "read", 100)));
    const invited = ["x@example.com", "y@example.com", "z@example.com"];
    await place.invite(...invited);
    billing.world.clock.pass(12 * daySeconds);
    await place.start({ reduces: true });
    let crashes = 0;
    for (let call = 1; (await place.row())?.state === "running"; call++) {
      const process = crashAt(billing.world, call, call % 2 ? "before" : "after", billing.port);
      billing.world.rebind(process.ports);
      await place.runOnce().catch(() => undefined);
      billing.world.rebind({ stripe: billing.port });
      if (process.hasCrashed()) crashes++;
      expect(call).toBeLessThan(60);
    }
    // what Stripe was not sent is left to reconciliation
    await acme.reconcile();
    expect(crashes).toBeGreaterThan(4);
    expect(await place.members(people)).toBe(0);
    expect(await place.get()).toMatchObject({ state: "done", removed: 4, revoked: 3, seats: 5 });
    expect([await place.paid(), await place.free()]).toEqual([5, 4]);
    const types = await place.typesOf();
    const count = (wanted: string) => types.filter((type) => type === wanted).length;
    expect([count("member.removed"), count("reclaim.ended")]).toEqual([4, 1]);
  });

  test("in another message when one takes too long", async () => {
    const people = await Promise.all(names(3).map((email) => place.join(email, "read", 100)));
    await place.start();
    const [first] = await acme.as(() => Reclaim.listUnused({ of: "members" })).then(({ items }) => items);
    const { queued, clock } = billing.world;
    const key = memberKeys.member(acme.organization, first?.account ?? acme.owner.account);
    const end = place.afterReading(key, async () => clock.pass(secondsPerMessage), { isAlone: true });
    queued.work.length = 0;
    await place.runOnce();
    end();
    expect([await place.members(people), queued.work]).toMatchObject([2, [{ job: "reclaim" }]]);
    await place.runAll();
    expect(await place.get()).toMatchObject({ state: "done", removed: 3 });
  });

  test("with what another run counted since it was read", async () => {
    await place.join("old@example.com", "write", 100);
    await place.start({ reduces: true });
    let reads = 0;
    // the other run has removed somebody when this one is about to end
    const key = reclaimKeys.reclaim(acme.organization);
    const end = place.afterReading(key, async () => {
      const row = await billing.world.table.get(key);
      if (row?.walking !== "invitations" || reads++ !== 1) return;
      await billing.world.table.write(update(key, { add: { removed: 1 } }));
    });
    await place.runAll();
    end();
    expect(reads).toBeGreaterThan(1);
    expect(await place.get()).toMatchObject({ state: "done", removed: 2, seats: 10 });
    expect(await place.paid()).toBe(10);
  });
});
