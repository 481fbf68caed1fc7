import type { ID } from "@muster/core/base/id.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { put, remove } from "@muster/core/table/table.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";

// A process keeps settings that it has read, and answers them only to members who have the same.

let api: TestApi;
let ada: Person;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
});

async function change(organization: ID<"organization">, path: string, json: Record<string, unknown>, by = ada) {
  const { body } = await api.call("GET", `/organizations/${organization}/settings${path}`, { token: by.token });
  const sent = { ...(path === "/own" ? {} : { revision: body.revision }), ...json };
  const answer = await api.call("PATCH", `/organizations/${organization}/settings${path}`, {
    token: by.token,
    json: sent,
  });
  expect(answer.status).toBe(200);
}

async function device(organization: ID<"organization">, { account }: Person) {
  const { token } = await linkDevice(api.world, { account, organization });
  return () => api.call("GET", "/sync", { token });
}

/** Returns whether telemetry is on by a document. */
function telemetryIn(body: Record<string, unknown>): unknown {
  const { features = "{}" } = body.sections as Record<string, string>;
  return (JSON.parse(features) as Record<string, { value: unknown }>)["features.telemetry"]?.value;
}

test("members of different organizations, teams and choices get their own settings, in any order", async () => {
  const [acme, other] = [await api.organization(ada), await api.organization(ada)];
  const people = await Promise.all([1, 2, 3].map(() => api.member(acme, "write")));
  const [plain, choosing, teamed] = people as [Person, Person, Person];
  await change(acme, "", { fields: { "features.telemetry": { value: false } }, openToTeams: ["features.telemetry"] });
  await change(other, "", { fields: { "features.telemetry": { value: true } } });
  const team = await api.team(acme, "Design", [teamed]);
  await change(acme, `/teams/${team}`, { fields: { "features.telemetry": { value: true } } });
  // both organizations are at the same revision
  await change(other, "", { fields: { "features.telemetry": { value: true, isLocked: true } } });
  await change(acme, "/own", { fields: { "features.telemetry": { value: true } } }, choosing);

  const wanted = new Map([
    [await device(acme, plain), false],
    [await device(acme, choosing), true],
    [await device(acme, teamed), true],
    [await device(other, ada), true],
    [await device(acme, ada), false],
  ]);
  for (const order of [[...wanted], [...wanted].toReversed()]) {
    for (const [sync, value] of order) expect(telemetryIn((await sync()).body)).toBe(value);
  }
  const [first] = wanted.keys();
  const costs = meter(api.world.rows.client);
  expect((await costs.measure(async () => first?.())).calls).toBe(2);
});

test("a team has its new name at once, and says nothing from its deletion on", async () => {
  const acme = await api.organization(ada);
  const design = await api.team(acme, "Design", [ada]);
  await change(acme, `/teams/${design}`, { fields: { "features.telemetry": { value: true } } });
  const sync = await device(acme, ada);
  const saying = async () => {
    const { features = "" } = (await sync()).body["sections"] as Record<string, string>;
    return ["Design", "Research"].filter((name) => features.includes(name));
  };
  const edit = (method: string, json?: object) =>
    api.call(method, `/organizations/${acme}/teams/${design}`, { token: ada.token, ...(json && { json }) });
  expect(await saying()).toEqual(["Design"]);
  expect((await edit("PATCH", { name: "Research" })).status).toBe(200);
  expect(await saying()).toEqual(["Research"]);
  await edit("DELETE");
  expect(await saying()).toEqual([]);
});

test("settings that could not be read are read again", async () => {
  const acme = await api.organization(ada);
  await change(acme, "", { fields: { "features.telemetry": { value: true } } });
  const sync = await device(acme, ada);
  const key = settingKeys.section(acme, "features");
  const row = await api.world.table.get(key);
  if (!row) throw new Error("The section was saved.");
  await api.world.table.write(remove(key));
  expect(telemetryIn((await sync()).body)).toBe(false);
  await api.world.table.write(put(key, row));
  expect(telemetryIn((await sync()).body)).toBe(true);
});
