import type { ID } from "@muster/core/base/id.ts";
import { type Permission, permissions, type Rule } from "@muster/core/base/permission.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const inOrganization = operations().filter(({ path }) => path.includes("{organization}"));
const isOfUpdates = ({ id }: (typeof inOrganization)[number]) =>
  (permissions[id as Permission] as Rule).feature === "updates";
const refused = { status: 403, body: { code: "organization.updates_off" } };

let api: TestApi;
let owner: Person;
let acme: ID<"organization">;
const set = (posting: string, revision: number) =>
  api.call("PATCH", `/organizations/${acme}/settings/general`, {
    token: owner.token,
    json: { updates: { posting }, revision },
  });
beforeAll(async () => {
  api = await openApi();
  owner = await api.stranger();
  acme = await api.organization(owner);
  await set("off", 0);
});

const call = async (operation: (typeof inOrganization)[number], person: Person) =>
  api.call(...(await sample(api, operation, { person, organization: acme })));

test("all operations of updates and comments can be turned off, but for exports and the deletion of all", () => {
  const named = inOrganization.filter(({ id }) => /^(update|comment)\.(?!export|removeByAuthor)/.test(id));
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((one) => !isOfUpdates(one))).toEqual([]);
});

describe.each(inOrganization.filter(isOfUpdates))("where updates are off $id", (operation) => {
  test.each(["owner", "admin", "write", "read"] as const)("is closed to the role %s", async (role) => {
    const person = role === "owner" ? owner : await api.member(acme, role);
    expect(await call(operation, person)).toMatchObject(refused);
  });

  test("is missing for a stranger, as if it did not exist", async () => {
    expect(await call(operation, await api.stranger())).toMatchObject({
      status: 404,
      body: { code: "organization.missing" },
    });
  });
});

test.each(inOrganization.filter((one) => !isOfUpdates(one) && one.source === "query"))(
  "where updates are off $id is open",
  async (operation) => {
    expect((await call(operation, owner)).body.code).not.toBe("organization.updates_off");
  },
);

test("updates are as they were once they are turned on again", async () => {
  const other = await api.organization(owner);
  const path = `/organizations/${other}`;
  const { token } = owner;
  const { body } = await api.call("POST", `${path}/updates`, { token, json: { title: "Hello", content: "All." } });
  const one = `${path}/updates/${String(body.id)}`;
  const turn = (posting: string, revision: number) =>
    api.call("PATCH", `${path}/settings/general`, { token, json: { updates: { posting }, revision } });
  await turn("off", 0);
  expect(await api.call("GET", one, { token })).toMatchObject(refused);
  expect((await api.call("GET", path, { token })).body).toMatchObject({ posting: "off" });
  await turn("members", 1);
  expect((await api.call("GET", one, { token })).body).toMatchObject({ title: "Hello" });
});
