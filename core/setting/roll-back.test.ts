import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { deviceKeys } from "../device/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { organizationKeys } from "../organization/keys.ts";
import { check } from "../rollout/check.ts";
import * as Rollout from "../rollout/rollout.ts";
import { remove, update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import * as History from "./history.ts";
import * as MemberLayer from "./member-layer.ts";
import * as OperatorLayer from "./operator-layer.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as Setting from "./setting.ts";
import * as TeamLayer from "./team-layer.ts";

// The way out of a rollout: nothing that happens while it is under way closes it.

const plan = { waves: [{ percent: 10 }], share: 90, maxRefused: 5, silenceHours: 24, minHours: 0 };
const [former, allowed] = ["openai/gpt-4.1", "openai/gpt-4o"];

let place: OrganizationFixture;
let device: TestDevice;
beforeEach(async () => {
  place = await openOrganization();
  device = await linkDevice(place.world, { account: place.ada.account, organization: place.organization });
});

const owned = <R>(run: () => Promise<R>) => place.as(place.ada, run);
const revision = async () => (await place.organizationRow()).revision;
const rollout = async () => (await place.organizationRow()).rollout;
const layer = () => owned(() => OrganizationLayer.get({}));
async function change(fields: Record<string, { value: unknown }>, more: object = {}) {
  const sent = { revision: await revision(), fields, ...more };
  return owned(() => OrganizationLayer.change(sent));
}
async function openTeam() {
  const { id: team } = await owned(() => Team.create({ name: "Design" }));
  const override = async (fields: Record<string, { value: unknown } | null>) => {
    const sent = { team, revision: await revision(), fields };
    return owned(() => TeamLayer.changeTeam(sent));
  };
  return { team, override };
}
const restore = async (to: number, more: object = {}) => {
  const sent = { revision: await revision(), to, rollout: plan, ...more };
  return owned(() => History.restore(sent));
};

test("a team of a wave may be one whose settings the revision changes", async () => {
  const { team, override } = await openTeam();
  await override({ "features.telemetry": { value: true } });
  await restore(0, { rollout: { ...plan, waves: [{ teams: [team] }] } });
  expect(await rollout()).toMatchObject({ fields: [`${team}.features.telemetry`], waves: [{ teams: [team] }] });
});

describe("a rollout of models", () => {
  beforeEach(async () => {
    const value = { value: true };
    await change(
      {
        "models.isRestricted": value,
        "models.providers": { value: ["openai"] },
        "models.allowed": { value: [former] },
      },
      { openToTeams: ["models.summaries"] },
    );
  });
  const start = () => change({ "models.allowed": { value: [former, allowed] } }, { rollout: plan });
  const summaries = { "models.summaries": { value: allowed } };

  test("closes what depends on the models that it allows, to everybody", async () => {
    const { override } = await openTeam();
    await start();
    expect(await resultOf(change(summaries))).toBe("rollout.field_closed");
    expect(await resultOf(change({}, { openToTeams: [] }))).toBe("rollout.field_closed");
    expect(await resultOf(override(summaries))).toBe("rollout.field_closed");
    expect(await resultOf(owned(() => MemberLayer.choose({ fields: summaries })))).toBe("rollout.field_closed");
    const { closed } = await owned(() => MemberLayer.getOwn({}));
    expect(closed).toContain("models.summaries");
    expect(closed.filter((key) => !key.startsWith("models."))).toEqual([]);
    await owned(() => History.rollBack({}));
    expect((await owned(() => MemberLayer.getOwn({}))).closed).toEqual([]);
    expect((await layer()).fields["models.allowed"]).toMatchObject({ value: [former] });
  });

  test("leaves what has nothing to do with it to everybody", async () => {
    const { override } = await openTeam();
    await start();
    await change({ "features.telemetry": { value: true } });
    await override({ "features.telemetry": { value: true } });
    expect(await resultOf(owned(() => MemberLayer.choose({ fields: { "features.telemetry": { value: true } } })))).toBe(
      "done",
    );
  });

  test("of a team closes the models of the organization", async () => {
    const { team, override } = await openTeam();
    await override({ "models.summaries": { value: former } });
    await restore(1);
    expect(await rollout()).toMatchObject({ fields: [`${team}.models.summaries`] });
    expect(await resultOf(change({ "models.allowed": { value: [] } }))).toBe("rollout.field_closed");
  });

  test("is rolled back even if the operator no longer allows what was before", async () => {
    const { team, override } = await openTeam();
    await override({ "models.summaries": { value: former } });
    await change({
      "models.transcription": { value: "openai/whisper-1" },
      "models.allowed": { value: [former, "openai/whisper-1"] },
    });
    await restore(0);
    await asSystem("operator", () =>
      OperatorLayer.setDefault({ key: "models.providers", value: ["google"], isLocked: true }),
    );
    await owned(() => History.rollBack({}));
    expect((await layer()).fields["models.transcription"]).toMatchObject({ value: "openai/whisper-1" });
    const own = await owned(() => TeamLayer.getTeam({ team }));
    expect(own.fields["models.summaries"]).toMatchObject({ value: former });
  });
});

describe("a rollback", () => {
  const clientId = "0oa1b2c3D4";
  const issuer = "https://acme.okta.com/oauth2/default";
  const save = async (singleSignOn: object) => {
    const sent = { revision: await revision(), singleSignOn };
    return owned(() => Setting.saveGeneral(sent));
  };

  test("asks for no confirmed identity, and nothing else changes single sign-on before", async () => {
    await save({ issuer, clientId });
    await change({ "features.telemetry": { value: true } });
    await save({ clientId: "another" });
    await restore(1);
    expect((await rollout())?.fields).toEqual(["features.telemetry", "singleSignOn.clientId"]);
    expect(await resultOf(save({ issuer: null, clientId: null }))).toBe("rollout.field_closed");
    place.world.clock.pass(660);
    await owned(() => History.rollBack({}));
    const { singleSignOn } = await owned(() => Setting.getGeneral({}));
    expect(singleSignOn).toEqual({ issuer, clientId: "another" });
  });

  test("undoes a rollout of which a newer release knows more", async () => {
    await change({ "features.telemetry": { value: true } }, { rollout: plan });
    const newer = { ...(await rollout()), state: "resting", mood: "calm" } as never;
    await place.world.table.write(
      update(organizationKeys.organization(place.organization), { set: { rollout: newer } }),
    );
    await owned(() => History.rollBack({}));
    expect(await rollout()).toBeUndefined();
    expect((await layer()).fields["features.telemetry"]).toBeUndefined();
  });
});

describe("the history says of a revision", () => {
  const telemetry = (value: boolean) => ({ "features.telemetry": { value } });
  const newest = async () => (await owned(() => History.history({}))).items;

  test("how far its rollout is, and that it was released to everybody", async () => {
    await change(telemetry(true));
    await change(telemetry(false), { rollout: plan });
    expect((await newest())[0]).toMatchObject({ revision: 2, rollout: { waves: 2, state: "running" } });
    await owned(() => Rollout.pause({}));
    expect((await newest())[0]?.rollout).toEqual({ waves: 2, state: "paused" });
    await owned(() => Rollout.finish({}));
    expect((await newest()).map(({ rollout: one }) => one)).toEqual([{ waves: 2, state: "released" }, undefined]);
  });

  test("that its rollout ended after the last wave", async () => {
    await place.world.table.write(remove(deviceKeys.organizationDevice(place.organization, device.id)));
    await change(telemetry(true), { rollout: plan });
    await asSystem("work", () => check({ job: "checkRollout", organization: place.organization }));
    expect((await newest())[0]?.rollout).toEqual({ waves: 2, state: "finished" });
  });

  test("that it was rolled back, and by which revision", async () => {
    await change(telemetry(true), { rollout: plan });
    await owned(() => History.rollBack({}));
    const [second, first] = await newest();
    expect(first?.rollout).toEqual({ waves: 2, state: "rolled_back" });
    expect(second).toMatchObject({ revision: 2, rollsBack: 1 });
    expect(second?.rollout).toBeUndefined();
  });
});
