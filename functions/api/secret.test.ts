import type { ID } from "@muster/core/base/id.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const ofSecrets = operations().filter(({ id }) => id.startsWith("secret."));
const changes = ofSecrets.filter(({ source }) => source === "json");
const looks = ofSecrets.filter(({ source }) => source === "query");
/** A check uses a key, and changes nothing of it. */
const unproven = ["secret.check"];

let api: TestApi;
let ada: Person;
let acme: ID<"organization">;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
  acme = await api.organization(ada);
});

describe("a sign-in that is eleven minutes old", () => {
  test.each(looks)("is enough for $id", async (operation) => {
    const request = await sample(api, operation, { person: ada, organization: acme });
    api.world.clock.pass(660);
    expect((await api.call(...request)).status).toBe(200);
  });

  test.each(changes.filter(({ id }) => !unproven.includes(id)))("is too old for $id", async (operation) => {
    const request = await sample(api, operation, { person: ada, organization: acme });
    api.world.clock.pass(660);
    const before = [await api.world.rows.scan(), await api.world.rows.scanKeys()];
    const answer = await api.call(...request);
    expect(answer).toMatchObject({ status: 403, body: { code: "actor.reauthentication_required" } });
    expect([await api.world.rows.scan(), await api.world.rows.scanKeys()]).toEqual(before);
  });
});

test("a key that is stored again under the same Idempotency-Key is stored once, and answered the same", async () => {
  const operation = ofSecrets.find(({ id }) => id === "secret.create") as (typeof ofSecrets)[number];
  const [method, path, sent] = await sample(api, operation, { person: ada, organization: acme });
  const send = () => api.call(method, path, { ...sent, headers: { "idempotency-key": "once" } });
  const answers = [await send(), ...(await Promise.all([send(), send()]))];
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await api.world.rows.scanKeys()).toHaveLength(1);
});

test("a key that does not exist, or is another organization's, is missing", async () => {
  const other = await api.organization(ada, "Other");
  const one = operations().find(({ id }) => id === "secret.get") as (typeof ofSecrets)[number];
  const [, path] = await sample(api, one, { person: ada, organization: other });
  const here = path.replace(other, acme);
  for (const method of ["GET", "DELETE"]) {
    const answer = await api.call(method, here, { token: ada.token });
    expect(answer).toMatchObject({ status: 404, body: { code: "secret.missing" } });
  }
  expect((await api.call("GET", path, { token: ada.token })).status).toBe(200);
});
