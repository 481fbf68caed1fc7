import { meter } from "@muster/local/testing/costs/meter.ts";
import { fetchSecret } from "@muster/local/testing/fixtures/departures.ts";
import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { followLog } from "@muster/local/testing/fixtures/whole-organization.ts";
import { view } from "@muster/local/testing/worlds/follower.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as AccountDeletion from "../account/deletion.ts";
import { erase } from "../account/erase.ts";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { credential } from "../device/credential.ts";
import * as DeviceMarks from "../device/departure.ts";
import * as Device from "../device/device.ts";
import { wiped } from "../device/end.ts";
import { deviceKeys } from "../device/keys.ts";
import * as InOrganization from "../device/organization.ts";
import type { DeviceRow } from "../device/row.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import * as Reinstate from "../member/reinstate.ts";
import { notificationKeys } from "../notification/keys.ts";
import * as Deletion from "../organization/deletion.ts";
import { secretKeys } from "../secret/keys.ts";
import type { SecretRow } from "../secret/row.ts";
import * as Secret from "../secret/secret.ts";
import { type Key, type Table, remove as take, update } from "../table/table.ts";
import * as Departure from "./departure.ts";
import { maxNamed } from "./limits.ts";
import * as Record from "./record.ts";

let place: OrganizationFixture;
let bob: Person;
let laptop: TestDevice;
let key: ID.ID<"secret">;
let first: Person;
let restore: () => Promise<void>;
beforeAll(async () => {
  place = await openOrganization();
  first = await place.join("bob@example.com");
  laptop = await link(first);
  key = await add("Production");
  restore = await rememberWorld(place.world);
});
beforeEach(async () => {
  await restore();
  bob = first;
});

const asAda = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const link = ({ account }: Person, name = "Bob’s laptop") =>
  linkDevice(place.world, { account, organization: place.organization, name });
const add = async (name: string) => (await asAda(() => Secret.create({ name, credentials: exampleKey }))).id;
const replace = (secret = key) => asAda(() => Secret.replace({ secret, credentials: exampleKey }));
const fetched = (device = laptop, secret = key, version = 1) =>
  fetchSecret(place.world, device, { id: secret, version });
const remove = (person = bob) => asAda(() => Member.remove({ account: person.account }));
const now = () => new Date(place.world.clock.at).toISOString();
const list = async () => (await asAda(() => Departure.list({}))).items;
const shown = async (n = 0) => {
  const departure = (await list())[n]?.id ?? "dpt_";
  return asAda(() => Departure.get({ departure }));
};
const secretOf = (secret = key) => asAda(() => Secret.get({ secret }));
const isOpen = async (secret = key) =>
  (await secretOf(secret)).rotation?.some(({ reason }) => reason === "exposed") ?? false;

/** Runs the reactions to everything that has happened, or to what was since, each twice. */
async function followed(times = 2, since = ""): Promise<void> {
  for (let round = 0; round < 2; round++) await followLog(place.world, place.organization);
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  for (const logged of items) {
    const announcement = Audit.announcement(logged);
    for (const { reactions, react } of [DeviceMarks, Record]) {
      if (!announcement || logged.at < since || !reactsTo(announcement.type, reactions)) continue;
      for (let n = 0; n < times; n++) await asSystem("work", () => react(announcement));
    }
  }
  await followLog(place.world, place.organization);
}
const recorded = async () => {
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  return items.filter(({ type }) => type === "departure.recorded");
};
const notified = async ({ account }: Person) => {
  const { items } = await place.world.table.query(notificationKeys.notifications(account));
  return items.filter(({ kind }) => kind === "departure.recorded");
};
/** Confirms the wipe of a device, as its receipt does. */
async function confirm(device = laptop): Promise<void> {
  const row = (await place.world.table.get(deviceKeys.device(device.account, device.id))) as DeviceRow;
  const listed = await place.world.table.get(deviceKeys.organizationDevice(place.organization, device.id));
  await place.world.table.write(...wiped(row, "removed", place.ada.context.actor, { listed }));
}
/** Takes a device out of the lists, as the table does 90 days after its end. */
const expire = (device: TestDevice) =>
  place.world.table.write(take(deviceKeys.organizationDevice(place.organization, device.id)));

describe("a member who is removed", () => {
  test("leaves a list of what their devices fetched, and each key is to be replaced", async () => {
    const other = await add("Nobody has it");
    await fetched();
    place.world.clock.pass(60);
    await remove();
    expect(await isOpen()).toBe(false);
    await followed();
    expect(await list()).toMatchObject([
      { account: bob.account, name: "Bob", reason: "removed", at: now(), devices: 1, secrets: 1, open: 1 },
    ]);
    const [device] = (await shown()).devices;
    expect(await shown()).toMatchObject({
      account: bob.account,
      name: "Bob",
      isMember: false,
      by: place.ada.account,
      devices: [{ id: laptop.id, name: "Bob’s laptop", endedAt: now(), contactAt: "2026-11-24T09:00:00.000Z" }],
      secrets: [
        {
          id: key,
          name: "Production",
          state: "same",
          fetched: [{ device: laptop.id, version: 1, at: "2026-11-24T09:00:00.001Z" }],
        },
      ],
    });
    expect(device).not.toHaveProperty("wipedAt");
    expect(await secretOf()).toMatchObject({
      rotation: [{ reason: "exposed", since: now() }],
      exposedBy: [{ account: bob.account, name: "Bob", at: now() }],
    });
    expect(await secretOf(other)).not.toHaveProperty("rotation");
  });

  test("is recorded once, and owners and admins are notified once", async () => {
    const [carol, dora] = [await place.join("carol@example.com", "admin"), await place.join("dora@example.com")];
    const rows = await place.world.table.getMany(
      [place.ada, carol, dora].map(({ account }) => memberKeys.member(place.organization, account)),
    );
    await asSystem("view", () => view(rows.flatMap((after) => (after ? [{ after }] : []))));
    await fetched();
    await remove();
    await followed();
    await followed();
    expect(await recorded()).toMatchObject([{ data: { account: bob.account, devices: 1, secrets: 1 } }]);
    expect(await list()).toHaveLength(1);
    for (const person of [place.ada, carol]) {
      expect(await notified(person)).toMatchObject([{ person: "Bob", thing: "1 API key" }]);
    }
    expect(await notified(dora)).toEqual([]);
  });

  test("is a departure without keys, of which nobody is notified, or none at all without devices", async () => {
    const carol = await place.join("carol@example.com");
    await remove();
    await remove(carol);
    await followed();
    expect(await list()).toMatchObject([{ account: bob.account, secrets: 0, open: 0 }]);
    expect(await notified(place.ada)).toEqual([]);
  });

  test("has taken along what a device fetched that is linked no longer, or was revoked before", async () => {
    const [phone, old] = [await link(bob, "Phone"), await link(bob, "Old")];
    await fetched(phone);
    await fetched(old);
    await confirm(phone);
    await asAda(() => InOrganization.revoke({ device: old.id }));
    await remove();
    await followed();
    const { devices, secrets } = await shown();
    expect(devices.map(({ id }) => id)).toEqual([laptop.id, phone.id, old.id]);
    expect(secrets).toMatchObject([{ id: key, fetched: [{ device: phone.id }, { device: old.id }] }]);
    expect(await isOpen()).toBe(true);
  });

  test("is a departure of a device too that has wiped itself before anything followed", async () => {
    await remove();
    await confirm();
    await followed();
    expect((await shown()).devices).toMatchObject([{ id: laptop.id, endedAt: now(), wipedAt: now() }]);
    expect(await list()).toMatchObject([{ devices: 1, secrets: 0 }]);
  });

  test("is no departure of a device that was revoked long before, without a key", async () => {
    await asAda(() => InOrganization.revoke({ device: laptop.id }));
    await followed();
    // as the table does 90 days later
    await place.world.table.write(take(deviceKeys.device(bob.account, laptop.id)));
    place.world.clock.pass(60);
    await remove();
    await followed(2, now());
    expect((await list()).map(({ reason }) => reason)).toEqual(["revoked"]);
  });

  test("is no departure of a device that had unlinked itself before, without a key", async () => {
    await confirm();
    place.world.clock.pass(1);
    await remove();
    await followed();
    expect(await list()).toEqual([]);
  });

  test("is listed with when each device has confirmed its wipe, from then on", async () => {
    await remove();
    await followed();
    place.world.clock.pass(3_600);
    await confirm();
    expect((await shown()).devices).toMatchObject([{ id: laptop.id, wipedAt: now() }]);
  });
});

describe("a device that ended long ago", () => {
  test("is in its departure as before, and in no list", async () => {
    await fetched();
    await remove();
    await followed();
    await confirm();
    const before = await shown();
    await expire(laptop);
    expect(await shown()).toEqual(before);
    expect((await asAda(() => InOrganization.list({}))).items).toEqual([]);
  });

  test("is in the departure of its member, who leaves later, if it had an API key", async () => {
    await fetched();
    await confirm();
    await expire(laptop);
    await remove();
    await followed();
    expect((await shown()).devices).toMatchObject([{ id: laptop.id, name: "Bob’s laptop", wipedAt: now() }]);
    expect(await isOpen()).toBe(true);
  });

  test("says when it was last in contact, also after its end", async () => {
    await remove();
    await followed();
    place.world.clock.pass(2 * 3_600);
    const row = (await place.world.table.get(deviceKeys.device(laptop.account, laptop.id))) as DeviceRow;
    await credential.touch(row);
    expect((await shown()).devices).toMatchObject([{ id: laptop.id, contactAt: now() }]);
  });
});

describe("a device that ended before it had a row for departures", () => {
  /** Leaves the rows of a device as they were then: the one in lists knew its departure. */
  async function outdate(device = laptop): Promise<void> {
    const key = deviceKeys.endedDevice(place.organization, device.id);
    const departure = (await place.world.table.get(key))?.departure;
    const set = departure ? { departure } : {};
    await place.world.table.write(
      take(key),
      update(deviceKeys.organizationDevice(place.organization, device.id), { set, unset: ["ttl"] }),
    );
  }
  const revoke = (device = laptop) => asAda(() => InOrganization.revoke({ device: device.id }));
  const leaveAgain = async () => {
    place.world.clock.pass(120);
    bob = await place.join("bob@example.com");
    const desk = await link(bob, "Desk");
    await fetched(desk);
    await place.as(bob, () => Member.leave({}));
    await followed(2, now());
    return desk;
  };

  test("is in its departure as before, between others", async () => {
    const [old, phone] = [await link(bob, "Old"), await link(bob, "Phone")];
    await remove();
    await followed();
    const before = await shown();
    await outdate(old);
    expect(await shown()).toEqual(before);
    expect(before.devices.map(({ id }) => id)).toEqual([laptop.id, old.id, phone.id]);
  });

  test("is in its departure once it confirms its wipe, and when it is in no list anymore", async () => {
    await fetched();
    await revoke();
    place.world.clock.pass(60);
    await remove();
    await followed();
    const { devices } = await shown();
    await outdate();
    place.world.clock.pass(60);
    await confirm();
    const then = devices.map((device) => ({ ...device, contactAt: now(), wipedAt: now() }));
    expect((await shown()).devices).toEqual(then);
    await expire(laptop);
    expect((await shown()).devices).toEqual(then);
    expect(then).toMatchObject([{ id: laptop.id, endedAt: "2026-11-24T09:00:00.001Z" }]);
  });

  test("has ended, and confirmed its wipe, before its member leaves", async () => {
    await fetched();
    await revoke();
    place.world.clock.pass(60);
    await confirm();
    const wipedAt = now();
    await outdate();
    place.world.clock.pass(60);
    await remove();
    await followed(2, now());
    expect((await shown()).devices).toMatchObject([{ id: laptop.id, endedAt: "2026-11-24T09:00:00.001Z", wipedAt }]);
  });

  test("is in no second departure of its member", async () => {
    await fetched();
    await remove();
    await followed();
    await outdate();
    const desk = await leaveAgain();
    expect((await shown(0)).devices.map(({ id }) => id)).toEqual([desk.id]);
  });

  test("is in no second departure of its member, also when it is in no list anymore", async () => {
    await fetched();
    await remove();
    await followed();
    await outdate();
    await confirm();
    await expire(laptop);
    const desk = await leaveAgain();
    expect((await shown(0)).devices.map(({ id }) => id)).toEqual([desk.id]);
    expect((await shown(1)).devices.map(({ id }) => id)).toEqual([laptop.id]);
  });
});

describe("a key that left", () => {
  test("is in order once it is replaced, not before", async () => {
    await fetched();
    await remove();
    await followed();
    place.world.clock.pass(60);
    const replaced = await replace();
    expect([replaced.rotation, replaced.exposedBy]).toEqual([undefined, undefined]);
    expect(await isOpen()).toBe(false);
    place.world.clock.pass(60);
    await replace();
    expect((await shown()).secrets).toMatchObject([{ state: "replaced", replacedAt: "2026-11-24T09:01:00.001Z" }]);
    expect(await list()).toMatchObject([{ secrets: 1, open: 0 }]);
    await followed();
    expect(await isOpen()).toBe(false);
  });

  test("is in order once it is deleted, and still has its name in the departure", async () => {
    await fetched();
    await remove();
    await followed();
    await asAda(() => Secret.remove({ secret: key }));
    expect((await shown()).secrets).toMatchObject([{ id: key, name: "Production", last4: "0000", state: "deleted" }]);
    expect(await list()).toMatchObject([{ secrets: 1, open: 0 }]);
  });

  test("needs nothing if it was replaced or deleted before", async () => {
    const gone = await add("Gone");
    await fetched();
    await fetched(laptop, gone);
    await replace();
    await asAda(() => Secret.remove({ secret: gone }));
    await remove();
    await followed();
    expect(await list()).toMatchObject([{ secrets: 0, open: 0 }]);
    expect((await shown()).secrets.map(({ state }) => state)).toEqual(["replaced", "deleted"]);
    expect(await isOpen()).toBe(false);
  });

  test.each([
    ["replaced", (one: Key<SecretRow>) => update(one, { add: { version: 1 } }), 2],
    ["deleted", (one: Key<SecretRow>) => take(one), undefined],
  ] as const)("stays as it is if it is %s while the departure is recorded", async (_, change, version) => {
    await fetched();
    await remove();
    const good = place.world.table;
    const own = secretKeys.secret(place.organization, key);
    let isFirst = true;
    const getMany = (async (keys: Parameters<Table["getMany"]>[0]) => {
      const rows = await good.getMany(keys);
      const isRead = isFirst && keys.some(({ sk }) => sk === key);
      if (isRead) await good.write(change(own));
      isFirst &&= !isRead;
      return rows;
    }) as Table["getMany"];
    place.world.rebind({ table: { ...good, getMany } });
    await followed(1);
    place.world.rebind({ table: good });
    expect((await good.get(own))?.version).toBe(version);
    expect(await good.get(own)).not.toMatchObject({ exposedVersion: 1 });
    expect(await list()).toMatchObject([{ open: 0 }]);
  });

  test("is to be replaced again if its new version leaves too", async () => {
    await fetched();
    await remove();
    await followed();
    await replace();
    const desk = await link(place.ada);
    await fetched(desk, key, 2);
    await asAda(() => InOrganization.revoke({ device: desk.id }));
    await followed();
    expect(await secretOf()).toMatchObject({ exposedBy: [{ account: place.ada.account, name: "Ada" }] });
    expect((await list()).map(({ open }) => open)).toEqual([1, 0]);
  });

  test(`names ${maxNamed} departures, and each of more knows it`, async () => {
    const devices = [];
    for (let n = 0; n < maxNamed + 2; n++) devices.push(await link(place.ada));
    for (const device of devices) {
      await fetched(device);
      await asAda(() => InOrganization.revoke({ device: device.id }));
    }
    await followed();
    expect((await secretOf()).exposedBy).toHaveLength(maxNamed);
    const first = await asAda(() => Departure.list({}));
    const second = await asAda(() => Departure.list({ cursor: first.next ?? "" }));
    const all = [...first.items, ...second.items];
    expect(all.map(({ open }) => open)).toEqual(Array.from(devices, () => 1));
  });
});

describe("a device that is revoked", () => {
  test("by its member is a departure of its own, of that device alone", async () => {
    const phone = await link(bob, "Phone");
    await fetched();
    await fetched(phone);
    await place.world.as(bob, () => Device.revokeOwn({ device: phone.id }));
    await followed();
    expect(await shown()).toMatchObject({
      account: bob.account,
      name: "Bob",
      reason: "revoked",
      by: bob.account,
      isMember: true,
      devices: [{ id: phone.id }],
      secrets: [{ fetched: [{ device: phone.id }] }],
    });
    expect(await isOpen()).toBe(true);
  });

  test("by its member is none if it never had an API key, and is one if an admin revokes it", async () => {
    const [phone, old] = [await link(bob, "Phone"), await link(bob, "Old")];
    await place.world.as(bob, () => Device.revokeOwn({ device: phone.id }));
    await asAda(() => InOrganization.revoke({ device: old.id }));
    await followed();
    expect((await shown()).devices).toMatchObject([{ id: old.id }]);
    expect(await list()).toHaveLength(1);
  });
});

test("a device has ended with its departure, unless it had before", async () => {
  const [phone, old] = [await link(bob, "Phone"), await link(bob, "Old")];
  await fetched(phone);
  await confirm(phone);
  await asAda(() => InOrganization.revoke({ device: old.id }));
  place.world.clock.pass(60);
  await remove();
  await followed();
  // what is written in one request is not all of one millisecond
  const wipe = { reason: "removed" as const, at: "2026-11-24T09:01:00.000Z" };
  await place.world.table.write(update(deviceKeys.endedDevice(place.organization, laptop.id), { set: { wipe } }));
  const before = "2026-11-24T09:00:00.001Z";
  expect((await shown()).devices.map(({ endedAt }) => endedAt)).toEqual([now(), before, before]);
});

describe("somebody who comes back", () => {
  test("as a restored member is shown as one, and their keys stay to be replaced", async () => {
    await fetched();
    await remove();
    await followed();
    await asAda(() => Reinstate.reinstate({ invitation: ID.derive("invitation", bob.email) }));
    expect(await shown()).toMatchObject({ name: "Bob", isMember: true, secrets: [{ state: "same" }] });
    expect(await isOpen()).toBe(true);
  });

  test("and leaves again has a second departure, of the devices since", async () => {
    await fetched();
    await remove();
    place.world.clock.pass(120);
    bob = await place.join("bob@example.com");
    const desk = await link(bob, "Desk");
    const second = await add("Second");
    await fetched(desk, second);
    await followed();
    expect(await list()).toMatchObject([{ reason: "removed", devices: 1 }]);
    await place.as(bob, () => Member.leave({}));
    await followed();
    expect(await list()).toMatchObject([
      { reason: "left", devices: 1, secrets: 1 },
      { reason: "removed", devices: 1, secrets: 1 },
    ]);
    expect((await shown(0)).devices.map(({ id }) => id)).toEqual([desk.id]);
    expect((await shown(0)).secrets.map(({ id }) => id)).toEqual([second]);
    expect((await shown(1)).devices.map(({ id }) => id)).toEqual([laptop.id]);
  });

  test("before the first departure was recorded has two departures all the same", async () => {
    await remove();
    place.world.clock.pass(120);
    bob = await place.join("bob@example.com");
    const desk = await link(bob, "Desk");
    await place.as(bob, () => Member.leave({}));
    await followed();
    expect((await shown(0)).devices.map(({ id }) => id)).toEqual([desk.id]);
    expect((await shown(1)).devices.map(({ id }) => id)).toEqual([laptop.id]);
  });
});

describe("a name", () => {
  test("is forgotten with the account, and what left stays known", async () => {
    await fetched();
    await remove();
    await followed();
    await place.world.as(bob, () => AccountDeletion.deleteByAddress({ email: bob.email }));
    await asSystem("work", () => erase({ job: "erase", account: bob.account }));
    expect(await shown()).toMatchObject({ account: bob.account, secrets: [{ state: "same" }] });
    expect(await shown()).not.toHaveProperty("name");
    const rows = await place.world.rows.scan();
    expect(
      rows
        .filter(({ pk }) => /#(dep|got)/.test(String(pk)))
        .map((row) => JSON.stringify(row))
        .join(),
    ).not.toMatch(/Bob"|bob@/);
  });

  test("of somebody who left by deleting their account was never there", async () => {
    await fetched();
    await place.world.as(bob, () => AccountDeletion.deleteByAddress({ email: bob.email }));
    await asSystem("work", () => erase({ job: "erase", account: bob.account }));
    await followed();
    expect(await list()).toMatchObject([{ account: bob.account, reason: "left", open: 1 }]);
    expect((await list())[0]).not.toHaveProperty("name");
  });
});

describe("an organization that is deleted", () => {
  test("is no departure of its members, and has its departures again once it is restored", async () => {
    await fetched();
    await remove();
    await followed();
    await asAda(() => Deletion.deleteByName({ name: "Acme" }));
    await followed();
    await place.world.as(place.ada, () => Deletion.restore({}), { id: place.organization, role: "owner" });
    await followed();
    expect(await list()).toMatchObject([{ account: bob.account, open: 1 }]);
  });
});

test("what would leave with a member is counted before", async () => {
  const old = await link(bob, "Old");
  await fetched();
  await fetched(old);
  await fetched(laptop, await add("Second"));
  await replace();
  expect(await asAda(() => Departure.preview({ account: bob.account }))).toEqual({ devices: 2, secrets: 1 });
  expect(await asAda(() => Departure.preview({ account: place.ada.account }))).toEqual({ devices: 0, secrets: 0 });
});

test("a departure reads what concerns its member alone, however many devices and keys there are", async () => {
  await fetched();
  await remove();
  await followed();
  const [announcement] = (await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" })).items
    .filter(({ type }) => type === "member.removed")
    .map(Audit.announcement);
  const costs = meter(place.world.rows.client);
  const units = async () =>
    (await costs.measure(() => asSystem("work", () => Record.react(announcement as never)))).readUnits;
  const few = await units();
  for (let n = 0; n < 20; n++) await fetched(await link(place.ada));
  expect(few).toBeGreaterThan(0);
  expect(await units()).toBe(few);
});
