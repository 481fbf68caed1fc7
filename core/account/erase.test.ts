import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { wiped } from "../device/end.ts";
import { deviceKeys } from "../device/keys.ts";
import * as InOrganization from "../device/organization.ts";
import type { DeviceRow } from "../device/row.ts";
import { asSystem } from "../kernel/context.ts";
import * as ODeletion from "../organization/deletion.ts";
import * as Organization from "../organization/organization.ts";
import { remove, update } from "../table/table.ts";
import * as Deletion from "./deletion.ts";
import { erase } from "./erase.ts";

const name = "Grace’s secret laptop";
let place: OrganizationFixture;
let grace: Person;
beforeEach(async () => {
  place = await openOrganization();
  grace = await place.join("grace@example.com");
});

const link = (platform?: "macos" | "windows" | "linux" | "other", organization = place.organization) =>
  linkDevice(place.world, { account: grace.account, organization, name, ...(platform && { platform }) });
const deviceOf = async ({ id }: { id: DeviceRow["sk"] }) =>
  (await place.world.table.get(deviceKeys.device(grace.account, id))) as DeviceRow;
const shown = async () => {
  const { items } = await place.as(place.ada, () => InOrganization.list({}));
  return items.map((device) => device.name);
};
const holding = async (text: string) =>
  (await place.world.rows.scan()).filter((row) => JSON.stringify(row).includes(text)).map(({ pk }) => pk);
async function eraseGrace(times = 1): Promise<void> {
  await place.world.as(grace, () => Deletion.deleteByAddress({ email: grace.email }));
  for (let n = 0; n < times; n++) await asSystem("work", () => erase({ job: "erase", account: grace.account }));
}

test("no row names the devices of an erased account as its member did, in whatever state they are", async () => {
  const { table } = place.world;
  const [, gone, old] = [await link("macos"), await link("windows"), await link("linux"), await link("other")];
  await table.write(...wiped(await deviceOf(gone), "revoked", grace.context.actor));
  await table.write(remove(deviceKeys.device(grace.account, old.id))); // as the table does 90 days after its end
  await linkDevice(place.world, { account: place.ada.account, organization: place.organization });
  const { id: other } = await place.world.as(grace, () => Organization.create({ name: "Other" }));
  await link("macos", other);
  expect((await holding("Grace’s")).length).toBeGreaterThan(5);
  await place.world.as(grace, () => ODeletion.deleteByName({ name: "Other" }), { id: other, role: "owner" });
  await eraseGrace(2);
  expect(await holding("Grace’s")).toEqual([]);
  expect(await shown()).toEqual(["A Mac", "A Windows computer", "A Linux computer", "A device", "Ada's laptop"]);
});

test("a platform that this release does not know is a device", async () => {
  const { id } = await link();
  const platform = "amiga" as "other";
  await place.world.table.write(update(deviceKeys.organizationDevice(place.organization, id), { set: { platform } }));
  await eraseGrace();
  expect(await shown()).toEqual(["A device"]);
});

test("an account that exists keeps the names of its devices", async () => {
  await link();
  await asSystem("work", () => erase({ job: "erase", account: grace.account }));
  expect(await shown()).toEqual([name]);
});
