import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { followLog } from "@muster/local/testing/fixtures/whole-organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as AccountDeletion from "../account/deletion.ts";
import { erase } from "../account/erase.ts";
import { accountKeys } from "../account/keys.ts";
import * as Audit from "../audit/audit.ts";
import { daySeconds } from "../base/duration.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import * as Deletion from "../organization/deletion.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { react, reactions } from "./departure.ts";
import * as Device from "./device.ts";
import { wiped } from "./end.ts";
import { deviceKeys } from "./keys.ts";
import { mark } from "./mark.ts";
import * as InOrganization from "./organization.ts";
import type { DeviceRow } from "./row.ts";
import { wipeOf } from "./wipe.ts";

let place: OrganizationFixture;
let bob: Person;
let device: TestDevice;
beforeEach(async () => {
  place = await openOrganization();
  bob = await place.join("bob@example.com");
  device = await link(bob);
});

const link = ({ account }: Person) => linkDevice(place.world, { account, organization: place.organization });
const now = () => new Date(place.world.clock.at).toISOString();
const rowOf = async ({ account, id } = device) => place.world.table.get(deviceKeys.device(account, id));
const shownOf = async ({ id } = device) => place.world.table.get(deviceKeys.organizationDevice(place.organization, id));
const counted = async ({ account } = bob) =>
  (await place.world.table.get(memberKeys.member(place.organization, account)))?.devices;
const mine = async (person = bob) => (await place.world.as(person, () => Device.mine({}))).items;
const all = async (filter = {}) => (await place.as(place.ada, () => InOrganization.list(filter))).items;
const wipe = async () => {
  const [row, member, organization] = await place.world.table.getMany([
    deviceKeys.device(device.account, device.id),
    memberKeys.member(place.organization, device.account),
    organizationKeys.organization(place.organization),
  ]);
  return wipeOf({ device: row as DeviceRow, member, organization });
};

/** Runs the reactions to everything that has happened, each twice. */
async function followed(): Promise<void> {
  await followLog(place.world, place.organization);
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  for (const logged of items) {
    const announcement = Audit.announcement(logged);
    if (!announcement || !reactsTo(announcement.type, reactions)) continue;
    for (let times = 0; times < 2; times++) await asSystem("work", () => react(announcement));
  }
}
const logged = async () => {
  await followLog(place.world, place.organization);
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  return items.filter(({ type }) => type.startsWith("device."));
};

describe("a device", () => {
  test("is listed to its member and to admins, and to nobody else", async () => {
    expect(await mine()).toMatchObject([
      { id: device.id, name: "Ada's laptop", platform: "linux", organization: { name: "Acme" }, linkedAt: now() },
    ]);
    expect(await mine(place.ada)).toEqual([]);
    expect(await all()).toMatchObject([{ id: device.id, account: bob.account, state: "linked" }]);
    expect(JSON.stringify([await mine(), await all()])).not.toMatch(/token|Key/);
  });

  test("is renamed by its member, who shows the new name to admins too", async () => {
    await place.world.as(bob, () => Device.rename({ device: device.id, name: "  Bob's desk " }));
    expect([(await mine())[0]?.name, (await all())[0]?.name]).toEqual(["Bob's desk", "Bob's desk"]);
    expect(await resultOf(place.world.as(place.ada, () => Device.rename({ device: device.id, name: "Mine" })))).toBe(
      "device.missing",
    );
    expect(await logged()).toMatchObject([{ type: "device.renamed", actor: bob.account }]);
  });

  test("is made a canary by its member or an admin, which both of its rows say, and the log once", async () => {
    const rows = () =>
      place.world.table.getMany([
        deviceKeys.device(bob.account, device.id),
        deviceKeys.organizationDevice(place.organization, device.id),
      ]);
    const isCanary = async () => (await rows()).map((row) => row?.isCanary);
    const marking = (by: Person, value: boolean) =>
      place.world.as(by, () => Device.rename({ device: device.id, isCanary: value }));
    expect(await marking(bob, true)).toMatchObject({ isCanary: true, name: "Ada's laptop" });
    await marking(bob, true);
    expect(await isCanary()).toEqual([true, true]);
    expect([(await mine())[0]?.isCanary, (await all())[0]?.isCanary]).toEqual([true, true]);
    const ending = () => place.as(place.ada, () => mark({ device: device.id, isCanary: false }));
    expect(await ending()).toMatchObject({ isCanary: false, account: bob.account });
    await ending();
    expect(await isCanary()).toEqual([undefined, undefined]);
    expect(await resultOf(marking(place.ada, true))).toBe("device.missing");
    await place.world.as(bob, () => Device.rename({ device: device.id, name: "Desk", isCanary: true }));
    expect((await mine())[0]).toMatchObject({ name: "Desk", isCanary: true });
    expect(await logged()).toMatchObject([
      { type: "device.canary_changed", actor: bob.account, data: { account: bob.account, isCanary: true } },
      { type: "device.canary_changed", actor: place.ada.account, data: { account: bob.account, isCanary: false } },
      { type: "device.renamed" },
      { type: "device.canary_changed", data: { isCanary: true } },
    ]);
  });

  test("is no canary anymore once it has to wipe itself", async () => {
    await place.as(place.ada, () => InOrganization.revoke({ device: device.id }));
    const set = { device: device.id, isCanary: true };
    expect(await resultOf(place.world.as(bob, () => Device.rename(set)))).toBe("device.ended");
    expect(await resultOf(place.as(place.ada, () => mark(set)))).toBe("device.ended");
  });

  test("has a name with emoji of several, and with nothing else that cannot be seen", async () => {
    const rename = (name: string) => place.world.as(bob, () => Device.rename({ device: device.id, name }));
    for (const name of ["👩🏽\u200D💻", "🏳️\u200D🌈 desk", "👨\u200D👩\u200D👧", "❤️\u200D🔥"]) {
      expect((await rename(name)).name).toBe(name);
    }
    for (const name of ["a\u200Db", "\u200D💻", "💻\u200D", "💻\u200D\u200D💻", "a\u202Eb", "a\u200Bb"]) {
      expect(await resultOf(rename(name))).toBe("input.invalid");
    }
  });

  test("says the same last contact to its member and to admins", async () => {
    place.world.clock.pass(60);
    const key = deviceKeys.organizationDevice(place.organization, device.id);
    await place.world.table.write(update(key, { set: { contactAt: now() } }));
    expect([(await mine())[0]?.contactAt, (await all())[0]?.contactAt]).toEqual([now(), now()]);
  });

  test("is found by member, platform and state", async () => {
    const other = await link(place.ada);
    expect(await all({ account: place.ada.account })).toMatchObject([{ id: other.id }]);
    expect(await all({ platform: "macos" })).toEqual([]);
    expect(await all({ state: "wiping" })).toEqual([]);
    await place.as(place.ada, () => InOrganization.revoke({ device: other.id }));
    expect(await all({ state: "wiping" })).toMatchObject([{ id: other.id }]);
    expect(await all({ state: "linked" })).toMatchObject([{ id: device.id }]);
  });
});

describe("a device without contact for 90 days", () => {
  test("has expired, for its member and for admins, and can be revoked", async () => {
    place.world.clock.pass(90 * daySeconds - 1);
    expect(await all()).toMatchObject([{ status: expect.not.stringMatching("expired") }]);
    place.world.clock.pass(1);
    expect(await all()).toMatchObject([{ id: device.id, status: "expired" }]);
    expect(await mine()).toMatchObject([{ id: device.id, expiresAt: now() }]);
    await place.world.as(bob, () => Device.revokeOwn({ device: device.id }));
    expect(await wipe()).toMatchObject({ reason: "revoked" });
    expect(await logged()).toMatchObject([{ type: "device.revoked" }]);
    expect(await all()).toMatchObject([{ id: device.id, status: "wiping" }]);
  });
});

describe("revoking a device", () => {
  const ways = {
    "by its member": () => place.world.as(bob, () => Device.revokeOwn({ device: device.id })),
    "by an admin": () => place.as(place.ada, () => InOrganization.revoke({ device: device.id })),
  };
  for (const [who, revoke] of Object.entries(ways)) {
    test(`${who} leaves only its wipe, and is recorded once`, async () => {
      expect(await counted()).toBe(1);
      await revoke();
      await revoke();
      expect(await rowOf()).toMatchObject({ wipe: { reason: "revoked", at: now() }, revokedAt: now() });
      expect(await shownOf()).toMatchObject({ wipe: { reason: "revoked", at: now() }, revokedAt: now() });
      expect(await wipe()).toEqual({ reason: "revoked", at: now() });
      expect(await counted()).toBe(0);
      expect(await logged()).toMatchObject([{ type: "device.revoked", data: { reason: "revoked" } }]);
      expect(await mine()).toMatchObject([{ wipingSince: now() }]);
      place.world.clock.pass(90 * daySeconds);
      expect(await mine()).toEqual([]);
    });
  }

  test("of somebody else is missing", async () => {
    expect(await resultOf(place.world.as(place.ada, () => Device.revokeOwn({ device: device.id })))).toBe(
      "device.missing",
    );
    expect((await rowOf())?.wipe).toBeUndefined();
  });

  test("20 times at once counts once", async () => {
    await link(bob);
    const revoke = () => place.world.as(bob, () => Device.revokeOwn({ device: device.id }));
    await Promise.all(Array.from({ length: 20 }, () => resultOf(revoke())));
    expect(await counted()).toBe(1);
    expect(await logged()).toHaveLength(1);
  });

  test("ends its token when it has confirmed its wipe", async () => {
    await ways["by its member"]();
    const row = (await rowOf()) as DeviceRow;
    const confirm = () =>
      place.world.table.write(
        ...wiped(
          row,
          "revoked",
          place.world.as(bob, () => bob.context.actor),
        ),
      );
    await confirm();
    expect(await resultOf(confirm())).toBe("device.ended");
    expect([await rowOf(), (await shownOf())?.wipedAt]).toEqual([undefined, now()]);
    expect(await all({ state: "wiped" })).toMatchObject([{ id: device.id, wipedAt: now() }]);
    await ways["by an admin"]();
  });
});

describe("a device is listed to admins", () => {
  const listedUntil = async () => ((await shownOf())?.ttl ?? Number.POSITIVE_INFINITY) * 1_000;
  const inDays = (days: number) => place.world.clock.at + days * daySeconds * 1_000;
  const confirm = async () => {
    const row = (await rowOf()) as DeviceRow;
    await place.world.table.write(...wiped(row, "revoked", bob.context.actor));
  };

  test("as long as it is linked", async () => {
    expect(await listedUntil()).toBe(Number.POSITIVE_INFINITY);
  });

  test("for 90 days after it was revoked, whenever it confirms its wipe", async () => {
    await place.as(place.ada, () => InOrganization.revoke({ device: device.id }));
    const until = inDays(90);
    expect(await listedUntil()).toBe(until);
    place.world.clock.pass(10 * daySeconds);
    await confirm();
    expect(await listedUntil()).toBe(until);
  });

  test("for 90 days after it has removed everything without being told to", async () => {
    await confirm();
    expect(await listedUntil()).toBe(inDays(90));
  });
});

describe("the devices of somebody who is no longer a member", () => {
  const remove = () => place.as(place.ada, () => Member.remove({ account: bob.account }));

  test("get nothing more at once, and are marked: removed", async () => {
    const mineToo = await link(place.ada);
    await remove();
    expect(await wipe()).toMatchObject({ reason: "removed" });
    await followed();
    expect(await rowOf()).toMatchObject({ wipe: { reason: "removed" } });
    expect(await rowOf()).not.toHaveProperty("revokedAt");
    expect(await shownOf()).toMatchObject({ wipe: { reason: "removed" } });
    expect((await rowOf(mineToo))?.wipe).toBeUndefined();
  });

  test("are marked: left", async () => {
    await place.as(bob, () => Member.leave({}));
    await followed();
    expect(await wipe()).toMatchObject({ reason: "left" });
  });

  test("stay ended when the member is back, who links others", async () => {
    await remove();
    place.world.clock.pass(60);
    await place.join("bob@example.com");
    expect(await wipe()).toMatchObject({ reason: "removed" });
    const other = await link(bob);
    await followed();
    expect(await wipe()).toMatchObject({ reason: "removed" });
    expect((await rowOf(other))?.wipe).toBeUndefined();
  });

  test("change nothing by another role", async () => {
    await place.as(place.ada, () => Member.changeRole({ account: bob.account, role: "admin" }));
    await followed();
    expect(await wipe()).toBeUndefined();
  });

  test("outlast the account until they have wiped themselves, and no longer", async () => {
    await place.world.as(bob, () => AccountDeletion.deleteByAddress({ email: bob.email }));
    await asSystem("work", () => erase({ job: "erase", account: bob.account }));
    await followed();
    const row = (await rowOf()) as DeviceRow;
    expect(row.wipe).toMatchObject({ reason: "left" });
    expect(row.ttl).toBe(place.world.clock.at / 1000 + 90 * daySeconds);
    const { items } = await place.world.table.query(accountKeys.ofAccount(bob.account));
    expect(items.map(({ sk }) => sk)).toEqual([device.id]);
  });
});

describe("the devices of a deleted organization", () => {
  test("have to wipe themselves while it is deleted, and work again once it is restored", async () => {
    await place.as(place.ada, () => Deletion.deleteByName({ name: "Acme" }));
    await followed();
    expect(await wipe()).toEqual({ reason: "deleted", at: now() });
    expect((await mine())[0]?.organization).toEqual({ id: place.organization });
    await place.world.as(place.ada, () => Deletion.restore({}), { id: place.organization, role: "owner" });
    await followed();
    expect(await wipe()).toBeUndefined();
  });
});

test("a membership that counts no devices is no obstacle", async () => {
  await place.world.table.write(update(memberKeys.member(place.organization, bob.account), { set: { devices: 0 } }));
  await place.world.as(bob, () => Device.revokeOwn({ device: device.id }));
  expect((await rowOf())?.wipe).toBeDefined();
  expect(await counted()).toBe(0);
});
