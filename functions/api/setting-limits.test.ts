import { hourSeconds } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";

const allowed = 2;

let api: TestApi;
let owner: Person;
let admin: Person;
let organization: ID<"organization">;
let team: ID<"team">;
beforeEach(async () => {
  api = await openApi();
  owner = await api.stranger();
  organization = await api.organization(owner);
  admin = await api.member(organization, "admin");
  team = await api.team(organization, "Design");
});

const fields = { "features.telemetry": { value: true } };
const post = (person: Person, path: string, json: object) =>
  api.call("POST", `/organizations/${organization}/settings/${path}`, { token: person.token, json });
const exported = (person: Person) =>
  api.call("GET", `/organizations/${organization}/settings/document`, { token: person.token });
const checked = (person: Person) => post(person, "document", { document: "features: {}", revision: 0, isCheck: true });

const allow = (limit: number) => api.world.rebind({ limitFactor: allowed / limit });

describe.each([
  [
    "previews",
    Limits.settingPreviews.windows[0].quota,
    (person: Person) => post(person, "preview", { fields }),
    (person: Person) => post(person, `teams/${team}/preview`, { fields }),
  ],
  ["files", Limits.settingFiles.windows[0].quota, exported, checked],
] as const)("an account has so many %s of settings an hour", (name, limit, one, other) => {
  test("together, and others have their own", async () => {
    allow(limit);
    expect([(await one(owner)).status, (await other(owner)).status]).toEqual([200, 200]);
    for (const refused of [await one(owner), await other(owner)]) {
      expect(refused).toMatchObject({ status: 429, body: { code: "rate.limited" } });
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect((await one(admin)).status).toBe(200);
    api.world.clock.pass(hourSeconds);
    expect((await one(owner)).status).toBe(200);
  });

  test("and learns how many remain", async () => {
    const { headers } = await one(owner);
    expect(headers.get("ratelimit-policy")).toBe(`"setting.${name}-3600";q=${limit};w=3600`);
    expect(headers.get("ratelimit")).toContain(`"setting.${name}-3600";r=${limit - 1};`);
  });
});

test("changes of settings are not counted", async () => {
  api.world.rebind({ limitFactor: 0 });
  const path = `/organizations/${organization}/settings`;
  const answer = await api.call("PATCH", path, { token: owner.token, json: { fields, revision: 0 } });
  expect(answer.status).toBe(200);
});
