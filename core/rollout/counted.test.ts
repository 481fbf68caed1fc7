import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { deviceKeys } from "../device/keys.ts";
import type { OrganizationDeviceRow } from "../device/row.ts";
import { asSystem } from "../kernel/context.ts";
import * as OrganizationLayer from "../setting/organization-layer.ts";
import { update } from "../table/table.ts";
import { check } from "./check.ts";
import { rolloutKeys } from "./keys.ts";
import * as Rollout from "./rollout.ts";

// Which devices a rollout waits for, and what they say about it.

type Report = NonNullable<OrganizationDeviceRow["report"]>;
type Said = Partial<Report["sections"][string]>;

let place: OrganizationFixture;
let devices: TestDevice[];
let revision: number;

/** Ten devices, and then a rollout of a setting of features. */
beforeEach(async () => {
  place = await openOrganization();
  devices = [];
  const { account } = place.ada;
  for (let i = 0; i < 10; i++) {
    devices.push(await linkDevice(place.world, { account, organization: place.organization }));
  }
  place.world.clock.pass(60);
});

async function start(): Promise<void> {
  const rollout = { waves: [{ percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24, minHours: 0 };
  const fields = { "features.telemetry": { value: true } };
  await place.as(place.ada, async () => {
    const seen = await OrganizationLayer.get({});
    ({ revision } = await OrganizationLayer.change({ revision: seen.revision, fields, rollout }));
    await Rollout.pause({});
  });
}

const set = (device: TestDevice | undefined, values: Partial<OrganizationDeviceRow>) =>
  place.world.table.write(
    update<OrganizationDeviceRow>(deviceKeys.organizationDevice(place.organization, device?.id ?? "dev_"), {
      set: values,
    }),
  );

/** Lets a device report: everything in force, but for what is said. */
async function say(device: TestDevice | undefined, said: Record<string, Said> = {}): Promise<void> {
  const names = ["features", "models", "sources", "websites"];
  const one = { state: "enforced" as const, revision, at: "2026-11-24T09:00:00.000Z" };
  const all = Object.fromEntries([...names, ...Object.keys(said)].map((name) => [name, { ...one, ...said[name] }]));
  await set(device, { report: { revision, document: "d".repeat(43), sections: all, seq: 1 } });
}

/** The numbers of all waves together, as a check counts them. */
async function counted() {
  place.world.clock.pass(60);
  await asSystem("work", () => check({ job: "checkRollout", organization: place.organization }));
  const { counts = [] } = (await place.world.table.get(rolloutKeys.rollout(place.organization))) ?? {};
  const sum = (name: "devices" | "inForce" | "refused") => counts.reduce((all, own) => all + own[name], 0);
  return { devices: sum("devices"), inForce: sum("inForce"), refused: sum("refused") };
}

describe("a rollout waits", () => {
  const at = "2026-11-24T09:00:00.000Z";
  test.each([
    ["has to wipe itself", { wipe: { reason: "revoked" as const, at } }],
    ["has wiped itself without being told to", { wipedAt: at }],
    ["was not in contact for days when it began", { contactAt: "2026-11-20T08:00:00.000Z" }],
  ])("for no device that %s", async (_, values) => {
    await start();
    await set(devices[0], values);
    expect(await counted()).toMatchObject({ devices: 9 });
  });

  test("for a device that comes back", async () => {
    place.world.clock.pass(30 * daySeconds);
    await start();
    expect(await counted()).toMatchObject({ devices: 0 });
    await set(devices[0], { contactAt: new Date(place.world.clock.at).toISOString() });
    expect(await counted()).toMatchObject({ devices: 1 });
  });
});

describe("a device", () => {
  test.each<[string, Record<string, Said>, object]>([
    [
      "that refuses another section",
      { sources: { state: "refused", code: "needs_restart" } },
      { inForce: 10, refused: 0 },
    ],
    ["that is behind in another section", { models: { state: "applied" } }, { inForce: 10, refused: 0 }],
    [
      "that refuses another setting of the section",
      { features: { state: "refused", key: "features.processing" } },
      { inForce: 10, refused: 0 },
    ],
    ["that refuses the section", { features: { state: "refused" } }, { inForce: 9, refused: 1 }],
    [
      "that refuses the setting",
      { features: { state: "refused", key: "features.telemetry" } },
      { inForce: 9, refused: 1 },
    ],
    ["that refuses the document", { device: { state: "refused" } }, { inForce: 9, refused: 1 }],
    ["that has only applied it", { features: { state: "applied" } }, { inForce: 9, refused: 0 }],
    ["that has an earlier revision", { features: { revision: 0 } }, { inForce: 9, refused: 0 }],
    ["that is held back", { features: { heldBack: 1 } }, { inForce: 9, refused: 0 }],
  ])("%s counts as what it says of the change", async (_, said, expected) => {
    await start();
    for (const device of devices.slice(1)) await say(device);
    await say(devices[0], said);
    expect(await counted()).toEqual({ devices: 10, ...expected });
  });
});
