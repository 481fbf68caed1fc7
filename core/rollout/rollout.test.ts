import { linkDevice, numbered, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { setReport } from "@muster/local/testing/fixtures/rollouts.ts";
import { followLog } from "@muster/local/testing/fixtures/whole-organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { daySeconds, hourSeconds } from "../base/duration.ts";
import type { ID } from "../base/id.ts";
import { deviceKeys } from "../device/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Document from "../setting/document.ts";
import * as History from "../setting/history.ts";
import * as OrganizationLayer from "../setting/organization-layer.ts";
import * as Setting from "../setting/setting.ts";
import * as TeamLayer from "../setting/team-layer.ts";
import { update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import { check } from "./check.ts";
import { rolloutKeys } from "./keys.ts";
import { preview } from "./preview.ts";
import { due } from "./queue-checks.ts";
import * as Rollout from "./rollout.ts";
import { waveOf } from "./wave.ts";

const plan = { waves: [{ percent: 10 }, { percent: 50 }], share: 90, maxRefused: 5, silenceHours: 24, minHours: 0 };

let place: OrganizationFixture;
let devices: TestDevice[];
beforeEach(async () => {
  place = await openOrganization();
  devices = [];
});

const owned = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const revision = async () => (await place.organizationRow()).revision;
const rollout = async () => (await place.organizationRow()).rollout;
const get = async () => (await owned(() => Rollout.get({}))).rollout;
const checked = (organization = place.organization) =>
  asSystem("work", () => check({ job: "checkRollout", organization }));
/** A check by itself: not so soon after the one before that it waits. */
async function checkLater(): Promise<void> {
  place.world.clock.pass(60);
  await checked();
}

async function link(count: number): Promise<void> {
  const { account } = place.ada;
  for (let i = 0; i < count; i++) {
    const id = numbered(devices.length);
    devices.push(await linkDevice(place.world, { account, organization: place.organization, id }));
  }
  place.world.clock.pass(60);
}

async function change(fields: Record<string, { value: unknown; isLocked?: boolean }>, more: object = {}) {
  const sent = { revision: await revision(), fields, ...more };
  return owned(() => OrganizationLayer.change(sent));
}
const start = (more: object = {}) =>
  change({ "features.telemetry": { value: true, isLocked: true } }, { rollout: { ...plan, ...more } });

/** The devices of a wave, by their number. */
async function inWave(wave: number): Promise<TestDevice[]> {
  const now = await rollout();
  return now ? devices.filter(({ id }) => waveOf(now, { sk: id }, undefined) === wave) : [];
}
const setAll = async (some: readonly TestDevice[], state: "enforced" | "refused" = "enforced") => {
  const about = { revision: await revision(), state };
  for (const device of some) await setReport(place.world, device, about);
};
/** The types of the events about rollouts, in their order. */
async function events() {
  await followLog(place.world, place.organization);
  const { items } = await place.world.table.query({ ...kernelKeys.log(place.organization), to: "9" });
  return items.flatMap(({ type, data }) => (type?.startsWith("rollout.") ? [{ type: type.slice(8), data }] : []));
}
const types = async () => (await events()).map(({ type }) => type);

describe("a rollout", () => {
  test("reaches one wave after the other, as soon as the share of the released devices has it in force", async () => {
    await link(40);
    await start({ waves: [{ percent: 30 }, { percent: 60 }] });
    await checked();
    expect(await get()).toMatchObject({ wave: 1, state: "running" });
    await setAll(await inWave(1));
    await checkLater();
    expect(await get()).toMatchObject({ wave: 2, state: "running" });
    const second = await inWave(2);
    await setAll(second.slice(Math.ceil(second.length / 2)));
    await checkLater();
    expect(await get()).toMatchObject({ wave: 2 });
    await setAll(second);
    await checkLater();
    const last = await get();
    expect(last).toMatchObject({ wave: 3 });
    expect(last?.waves.map(({ devices: all }) => all).reduce((all = 0, own = 0) => all + own, 0)).toBe(40);
    await setAll(await inWave(3));
    await checkLater();
    expect(await get()).toBeUndefined();
    expect(await types()).toEqual(["started", "advanced", "advanced", "finished"]);
    expect((await events())[1]?.data).toMatchObject({ revision: 1, wave: 2, waves: 3, refused: 0 });
  });

  test("goes on at once where a wave has no devices, and ends at once in an organization without devices", async () => {
    await start();
    await checked();
    expect(await rollout()).toBeUndefined();
    expect(await types()).toEqual(["started", "advanced", "advanced", "finished"]);
    expect(await place.world.table.get(rolloutKeys.rollout(place.organization))).toBeUndefined();
  });

  test("chooses a device in contact for a first wave that has none, which then lasts as long as any", async () => {
    await link(3);
    const waves = [{ percent: 1 }, { percent: 99 }];
    expect(await owned(() => preview({ waves }))).toMatchObject({ devices: 3, waves: [1, 2, 0] });
    await start({ waves, minHours: undefined });
    expect((await inWave(1)).length).toBe(0);
    await checked();
    const [chosen, ...others] = await inWave(1);
    expect(others).toEqual([]);
    expect(await rollout()).toMatchObject({ wave: 1, chosen: [chosen?.id] });
    expect(await get()).toMatchObject({ released: { devices: 1, inForce: 0 } });
    await setAll(await inWave(1));
    place.world.clock.pass(hourSeconds - 120);
    await checked();
    expect(await get()).toMatchObject({ wave: 1, released: { devices: 1, inForce: 1 } });
    place.world.clock.pass(120);
    await checked();
    expect(await get()).toMatchObject({ wave: 2 });
    const [, told] = await events();
    expect(told).toMatchObject({ type: "device_chosen", data: { wave: 1, waves: 3, device: chosen?.id } });
  });

  test("chooses another device if the first wave has lost its only one, and begins again with it", async () => {
    await link(3);
    await start({ waves: [{ percent: 1 }], minHours: 1 });
    await checked();
    const [lost] = await inWave(1);
    const wipedAt = "2026-11-24T09:00:00.000Z";
    const key = deviceKeys.organizationDevice(place.organization, lost?.id ?? "dev_");
    await place.world.table.write(update(key, { set: { wipedAt } }));
    place.world.clock.pass(2 * hourSeconds);
    await checked();
    const { chosen = [], waveAt } = (await rollout()) ?? {};
    expect(chosen).toEqual([lost?.id, expect.stringMatching(/^dev_/)]);
    expect(waveAt).toBe(new Date(place.world.clock.at).toISOString());
    await setAll(await inWave(1));
    await checkLater();
    expect(await get()).toMatchObject({ wave: 1, released: { devices: 1, inForce: 1 } });
  });

  test("chooses no device while it is paused, or where nobody may change settings", async () => {
    await link(3);
    await start({ waves: [{ percent: 1 }] });
    await owned(() => Rollout.pause({}));
    await checked();
    expect((await rollout())?.chosen).toBeUndefined();
    await owned(() => Rollout.resume({}));
    const key = organizationKeys.organization(place.organization);
    await place.world.table.write(update(key, { set: { billingStatus: "read_only" } }));
    await checked();
    expect((await rollout())?.chosen).toBeUndefined();
  });

  test("halts when more of the released devices refuse it than may, and owners and its author are told", async () => {
    await link(20);
    await start({ waves: [{ percent: 99 }], maxRefused: 20 });
    const first = await inWave(1);
    await setAll(first.slice(0, 2), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "running", released: { devices: first.length, refused: 2 } });
    await setAll(first.slice(0, 6), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted", haltReason: "refusals", wave: 1 });
    await setAll(first);
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted", wave: 1 });
    const [, halted] = await events();
    const by = place.ada.account;
    expect(halted).toMatchObject({ type: "halted", data: { reason: "refusals", refused: 6, account: by } });
  });

  test("goes on anyway if somebody says so, until still more devices refuse it", async () => {
    await link(20);
    await start({ waves: [{ percent: 99 }], maxRefused: 0, share: 50 });
    const first = await inWave(1);
    await setAll(first.slice(0, 1), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted" });
    expect((await owned(() => Rollout.resume({}))).rollout).toMatchObject({ state: "running", wave: 1 });
    await checked();
    expect(await get()).toMatchObject({ state: "running" });
    await setAll(first.slice(0, 4), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted", haltReason: "refusals" });
    expect(await types()).toEqual(["started", "halted", "resumed", "halted"]);
  });

  test("lasts at least as long as it should in each wave, however fast it is in force, and halts all the same", async () => {
    await link(40);
    await start({ minHours: undefined });
    await setAll(await inWave(1));
    place.world.clock.pass(hourSeconds - 120);
    await checked();
    expect(await get()).toMatchObject({ wave: 1, minHours: 1 });
    place.world.clock.pass(120);
    await checked();
    expect(await get()).toMatchObject({ wave: 2 });
    await setAll(await inWave(2), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted" });
  });

  test("halts when a wave is not in force in time, and has all its time again when it is resumed", async () => {
    await link(4);
    await start({ waves: [{ percent: 99 }], silenceHours: 2 });
    place.world.clock.pass(2 * hourSeconds - 1);
    await checked();
    expect(await get()).toMatchObject({ state: "running" });
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted", haltReason: "silence" });
    await owned(() => Rollout.resume({}));
    await checkLater();
    expect(await get()).toMatchObject({ state: "running" });
  });

  test("waits for the devices whose silence halted it also when it is resumed", async () => {
    await link(10);
    await start({ waves: [{ percent: 99 }], share: 90, silenceHours: 96 });
    const answering = (await inWave(1)).slice(0, 4);
    await setAll(answering);
    place.world.clock.pass(97 * hourSeconds);
    const contactAt = new Date(place.world.clock.at).toISOString();
    for (const { id } of answering) {
      await place.world.table.write(
        update(deviceKeys.organizationDevice(place.organization, id), { set: { contactAt } }),
      );
    }
    await checked();
    expect(await get()).toMatchObject({ state: "halted", haltReason: "silence" });
    const { waveAt } = (await get()) ?? {};
    await owned(() => Rollout.resume({}));
    await checkLater();
    expect(await get()).toMatchObject({ state: "running", wave: 1, waveAt });
    await setAll(devices);
    await checkLater();
    expect(await get()).toBeUndefined();
  });

  test("counts what was linked while it was halted or paused, and waits for nobody who left during a pause", async () => {
    await link(10);
    await start({ waves: [{ percent: 99 }], maxRefused: 5 });
    await owned(() => Rollout.pause({}));
    place.world.clock.pass(10 * daySeconds);
    await link(4);
    await owned(() => Rollout.resume({}));
    await checked();
    // those from before were not in contact for ten days
    expect((await get())?.released.devices).toBe((await inWave(1)).filter((one) => devices.indexOf(one) >= 10).length);
    await setAll((await inWave(1)).slice(-1), "refused");
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted", haltReason: "refusals" });
    await link(3);
    const before = (await get())?.released.devices ?? 0;
    await owned(() => Rollout.resume({}));
    await checkLater();
    expect((await get())?.released.devices).toBe(
      before + (await inWave(1)).filter((one) => devices.indexOf(one) >= 14).length,
    );
    place.world.clock.pass(91 * daySeconds);
    await checked();
    expect((await get())?.released?.devices ?? 0).toBe(0);
  });

  test("gives the next wave all its time, also after it was resumed", async () => {
    await link(20);
    await start({ waves: [{ percent: 40 }], silenceHours: 2, maxRefused: 0 });
    await setAll(await inWave(1), "refused");
    await checked();
    expect(await get()).toMatchObject({ state: "halted" });
    await owned(() => Rollout.resume({}));
    place.world.clock.pass(hourSeconds);
    await setAll(await inWave(1));
    await checked();
    expect(await get()).toMatchObject({ wave: 2 });
    place.world.clock.pass(2 * hourSeconds - 1);
    await checked();
    expect(await get()).toMatchObject({ state: "running" });
    await checkLater();
    expect(await get()).toMatchObject({ state: "halted" });
  });

  test("counts neither devices that were linked since its wave began, nor those that have to wipe themselves", async () => {
    await link(3);
    await start({ waves: [{ percent: 99 }] });
    place.world.clock.pass(1);
    await link(2);
    const wipe = { reason: "revoked" as const, at: "2026-11-24T09:00:00.000Z" };
    await place.world.table.write(
      update(deviceKeys.organizationDevice(place.organization, devices[0]?.id ?? "dev_"), { set: { wipe } }),
    );
    await checked();
    expect((await get())?.waves.reduce((all, { devices: own = 0 }) => all + own, 0)).toBe(2);
  });

  test("does not wait for a device that has removed everything by itself", async () => {
    await link(3);
    await start({ waves: [{ percent: 99 }] });
    const wipedAt = "2026-11-24T09:00:00.000Z";
    await place.world.table.write(
      update(deviceKeys.organizationDevice(place.organization, devices[0]?.id ?? "dev_"), { set: { wipedAt } }),
    );
    await checked();
    expect((await get())?.waves.reduce((all, { devices: own = 0 }) => all + own, 0)).toBe(2);
  });

  test("waits while it is paused, and in an organization whose settings nobody may change", async () => {
    await link(5);
    await start({ waves: [{ percent: 99 }] });
    await setAll(devices);
    await owned(() => Rollout.pause({}));
    await checkLater();
    expect(await get()).toMatchObject({ state: "paused", wave: 1, released: { inForce: (await inWave(1)).length } });
    await owned(() => Rollout.resume({}));
    await place.world.table.write(
      update(organizationKeys.organization(place.organization), { set: { billingStatus: "read_only" } }),
    );
    await checked();
    expect(await rollout()).toMatchObject({ state: "running", wave: 1 });
  });

  test("halts and is paused also in an organization whose settings nobody may change", async () => {
    await link(5);
    await start({ waves: [{ percent: 99 }] });
    await place.world.table.write(
      update(organizationKeys.organization(place.organization), { set: { billingStatus: "read_only" } }),
    );
    await setAll(devices, "refused");
    await checked();
    expect(await rollout()).toMatchObject({ state: "halted", haltReason: "refusals" });
  });

  test("takes each step once, if another check takes it while devices are counted", async () => {
    await link(10);
    await start({ waves: [{ percent: 99 }], share: 100 });
    await setAll(await inWave(1));
    place.world.clock.pass(1);
    await link(1);
    const { table } = place.world;
    let isOther = false;
    place.world.rebind({
      table: {
        ...table,
        query: async (wanted: Parameters<typeof table.query>[0]) => {
          const page = await table.query(wanted);
          if (!isOther && "pk" in wanted && wanted.pk === `${place.organization}#dev`) {
            isOther = true;
            await table.write(update(rolloutKeys.rollout(place.organization), { unset: ["checkedAt", "dueAt"] }));
            await checked();
          }
          return page;
        },
      } as typeof table,
    });
    await checked();
    expect((await types()).filter((type) => type === "advanced")).toHaveLength(1);
  });

  test("is checked once for many receipts, and once more later for those that came after the check began", async () => {
    await link(2);
    await start({ waves: [{ percent: 99 }] });
    await checked();
    const { queued } = place.world;
    queued.work.length = 0;
    for (let i = 0; i < 20; i++) await checked();
    expect(queued.work).toEqual([{ job: "checkRollout", organization: place.organization }]);
  });

  test("is found by the clock while it is running", async () => {
    await link(2);
    await start({ waves: [{ percent: 99 }] });
    const { queued } = place.world;
    queued.work.length = 0;
    expect(await asSystem("clock", () => due({}))).toEqual({ queued: 1 });
    expect(queued.work).toEqual([{ job: "checkRollout", organization: place.organization }]);
    await owned(() => Rollout.pause({}));
    expect(await asSystem("clock", () => due({}))).toEqual({ queued: 0 });
    await owned(() => Rollout.resume({}));
    expect(await asSystem("clock", () => due({}))).toEqual({ queued: 1 });
  });
});

describe("while a rollout is under way", () => {
  test("nothing else changes its settings, and everything changes the others", async () => {
    await link(1);
    await start();
    const closed = { telemetry: change({ "features.telemetry": { value: false } }) };
    expect(await resultOf(closed.telemetry)).toBe("rollout.field_closed");
    const seen = await revision();
    expect(await resultOf(owned(() => History.restore({ revision: seen, to: 0 })))).toBe("rollout.field_closed");
    const document = "features:\n  telemetry: { value: false }\n";
    expect(await resultOf(owned(() => Document.importDocument({ revision: seen, document })))).toBe(
      "rollout.field_closed",
    );
    await change({ "features.externalCloud": { value: false } });
    const other = change({ "features.externalCloud": { value: true } }, { rollout: plan });
    expect(await resultOf(other)).toBe("rollout.under_way");
  });

  test("what teams override stays open, unless the rollout changes it", async () => {
    await link(1);
    await change({}, { openToTeams: ["features.telemetry"] });
    const { id: team } = await owned(() => Team.create({ name: "Design" }));
    const override = async (value: boolean) => {
      const sent = { team, revision: await revision(), fields: { "features.telemetry": { value } } };
      return owned(() => TeamLayer.changeTeam(sent));
    };
    await start();
    await override(true);
    await owned(() => Rollout.finish({}));
    const seen = await revision();
    await owned(() => History.restore({ revision: seen, to: 1, rollout: plan }));
    expect((await rollout())?.fields).toContain(`${team}.features.telemetry`);
    expect(await resultOf(override(false))).toBe("rollout.field_closed");
  });
});

describe("a rollout is not started", () => {
  test("by what no device gets, by what changes nothing, or for a team that is gone", async () => {
    const gone: ID<"team"> = "team_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    expect(await resultOf(start({ waves: [{ teams: [gone] }] }))).toBe("team.missing");
    await change({ "features.telemetry": { value: true } });
    await change({ "features.telemetry": { value: true } }, { rollout: plan });
    expect(await rollout()).toBeUndefined();
    const contact = { name: "Grace Hopper", email: "grace@example.com", phone: "+49 30 123" };
    const before = await revision();
    await owned(() => Setting.saveGeneral({ revision: before, contact }));
    const back = { revision: before + 1, to: before, rollout: plan };
    expect(await resultOf(owned(() => History.restore(back)))).toBe("input.invalid");
  });

  test.each([
    ["no wave", { waves: [] }],
    ["a share that does not rise", { waves: [{ percent: 50 }, { percent: 10 }] }],
    ["everybody as a wave", { waves: [{ percent: 100 }] }],
    ["a wave of nobody", { waves: [{}] }],
    ["no share", { share: 0 }],
  ])("with %s", async (_, more) => {
    expect(await resultOf(start(more))).toBe("input.invalid");
  });
});

describe("somebody", () => {
  test("rolls back all that it changed, as a new revision, and leaves what changed since", async () => {
    await link(1);
    await change({ "features.telemetry": { value: false, isLocked: true } }, { openToTeams: ["features.telemetry"] });
    const { id: team } = await owned(() => Team.create({ name: "Design" }));
    await owned(() => TeamLayer.changeTeam({ team, revision: 1, fields: { "features.telemetry": { value: true } } }));
    const before = (await owned(() => OrganizationLayer.get({}))).fields;
    const seen = await revision();
    await owned(() => History.restore({ revision: seen, to: 0, rollout: plan }));
    expect((await rollout())?.fields.toSorted()).toEqual(
      ["features.openToTeams", "features.telemetry", `${team}.features.telemetry`].toSorted(),
    );
    await change({ "features.externalCloud": { value: false } });
    expect(await owned(() => History.rollBack({ note: "It breaks the pilot." }))).toEqual({});
    const { fields, openToTeams, revision: last } = await owned(() => OrganizationLayer.get({}));
    expect(fields["features.telemetry"]).toMatchObject({ value: false, isLocked: true });
    expect(before["features.telemetry"]).toMatchObject({ value: false, isLocked: true });
    expect(fields["features.externalCloud"]).toMatchObject({ value: false });
    expect(openToTeams).toEqual(["features.telemetry"]);
    const own = await owned(() => TeamLayer.getTeam({ team }));
    expect(own.fields["features.telemetry"]).toMatchObject({ value: true });
    expect(await rollout()).toBeUndefined();
    expect(await place.world.table.get(rolloutKeys.rollout(place.organization))).toBeUndefined();
    const [started, undone] = await events();
    expect(started?.data).toMatchObject({ revision: 3 });
    expect(undone).toMatchObject({ type: "rolled_back", data: { revision: 3, to: last } });
  });

  test("releases it to everybody, once", async () => {
    await link(3);
    await start();
    await owned(() => Rollout.finish({}));
    expect(await rollout()).toBeUndefined();
    expect(await resultOf(owned(() => Rollout.finish({})))).toBe("rollout.missing");
    expect(await types()).toEqual(["started", "finished"]);
  });

  test.each([
    ["finish", Rollout.finish],
    ["roll back", History.rollBack],
    ["pause", Rollout.pause],
  ])("is told when it changed while they wanted to %s it", async (_, run) => {
    await link(3);
    await start();
    const { table } = place.world;
    let isDone = false;
    place.world.rebind({
      table: {
        ...table,
        write: async (...steps: Parameters<typeof table.write>) => {
          const before = await rollout();
          if (!isDone && before) {
            isDone = true;
            const key = organizationKeys.organization(place.organization);
            await table.write(update(key, { set: { rollout: { ...before, wave: 2 } } }));
          }
          return table.write(...steps);
        },
      },
    });
    expect(await resultOf(owned(() => run({})))).toBe("rollout.changed");
  });

  test("sees how many devices each wave would have", async () => {
    await link(30);
    const { devices: all, waves } = await owned(() => preview({ waves: plan.waves }));
    await start();
    const counted = [await inWave(1), await inWave(2), await inWave(3)].map(({ length }) => length);
    expect({ all, waves }).toEqual({ all: 30, waves: counted });
  });
});
