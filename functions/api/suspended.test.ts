import type { ID } from "@muster/core/base/id.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import * as Operator from "@muster/core/organization/operator.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

/** What owners may change in a suspended organization, a second time: what they pay. */
const open = ["cancel", "changeAutomaticSeats", "checkout", "confirm", "discount", "portal", "resume"].map(
  (verb) => `billing.${verb}`,
);

const inOrganization = operations().filter(({ path }) => path.includes("{organization}"));
const refused = { status: 403, body: { code: "organization.suspended" } };

let api: TestApi;
let owner: Person;
let acme: ID<"organization">;
beforeAll(async () => {
  api = await openApi();
  owner = await api.stranger();
  acme = await api.organization(owner);
  await asSystem("operator", () => Operator.suspend({ organization: acme }));
});

const call = async (operation: (typeof inOrganization)[number], person: Person, organization = acme) =>
  api.call(...(await sample(api, operation, { person, organization })));

test("an organization has commands and queries", () => {
  const looks = inOrganization.filter(({ source }) => source === "query");
  expect(looks.length).toBeGreaterThan(2);
  expect(inOrganization.map(({ id }) => id)).toEqual(expect.arrayContaining(open));
  expect(inOrganization.length - looks.length).toBeGreaterThan(2);
});

describe.each(inOrganization)("in a suspended organization $id", (operation) => {
  test.each(["admin", "write", "read"] as const)("is closed to the role %s", async (role) => {
    expect(await call(operation, await api.member(acme, role))).toMatchObject(refused);
  });

  test("is open to an owner if it only reads, or pays", async () => {
    const { status, body } = await call(operation, owner);
    const isClosed = status === 403 && body.code === "organization.suspended";
    expect(isClosed).toBe(operation.source === "json" && !open.includes(operation.id));
  });

  test("is missing for a stranger, as if it did not exist", async () => {
    expect(await call(operation, await api.stranger())).toMatchObject({
      status: 404,
      body: { code: "organization.missing" },
    });
  });
});

test("a suspended organization stays in the list of mine, and can be renamed once it is reactivated", async () => {
  const person = await api.stranger();
  const organization = await api.organization(person);
  await asSystem("operator", () => Operator.suspend({ organization }));
  const { body } = await api.call("GET", "/organizations", { token: person.token });
  expect(body.items).toMatchObject([{ id: organization, state: "suspended" }]);
  const rename = () =>
    api.call("PATCH", `/organizations/${organization}`, { token: person.token, json: { name: "New" } });
  expect(await rename()).toMatchObject(refused);
  await asSystem("operator", () => Operator.reactivate({ organization }));
  expect((await rename()).status).toBe(200);
});
