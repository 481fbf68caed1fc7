import * as ID from "@muster/core/base/id.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

let api: TestApi;
let person: Person;
beforeAll(async () => {
  api = await openApi();
});

const named = (key: string) => ({ headers: { "idempotency-key": key } });
const create = (key: string, name = "Acme", by = person): Promise<Answer> =>
  api.call("POST", "/organizations", { token: by.token, json: { name }, ...named(key) });

async function howMany(by = person): Promise<number> {
  const { body } = await api.call("GET", "/organizations", { token: by.token });
  return (body.items as object[]).length;
}

describe("a request with an Idempotency-Key", () => {
  beforeAll(async () => {
    person = await api.stranger();
  });

  test("that is sent twice is answered the same and done once", async () => {
    const first = await create("twice");
    const second = await create("twice");
    expect(first.status).toBe(201);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(await howMany()).toBe(1);
  });

  test("that is sent twenty times at once is answered the same and done once", async () => {
    const before = await howMany();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create("at-once", "Crowd")));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(await howMany()).toBe(before + 1);
  });

  test("is the same request when only the white space of a field differs", async () => {
    const first = await create("spaces", "Spaces");
    expect((await create("spaces", "  Spaces ")).text).toBe(first.text);
  });

  test("may not use the key of another one", async () => {
    const before = await howMany();
    await create("reused", "One");
    const other = await create("reused", "Two");
    expect(other).toMatchObject({ status: 409, body: { code: "request.key_reused" } });
    expect(await howMany()).toBe(before + 1);
  });

  test("does not use up its key when it is refused", async () => {
    const refused = await create("refused", "");
    expect(refused).toMatchObject({ status: 400, body: { code: "input.invalid" } });
    expect((await create("refused", "Right this time")).status).toBe(201);
  });

  test("has nothing to do with somebody else's of the same name", async () => {
    const other = await api.stranger();
    const [mine, theirs] = await Promise.all([create("shared"), create("shared", "Acme", other)]);
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(mine.body.id).not.toBe(theirs.body.id);
    expect(await howMany(other)).toBe(1);
  });

  test("may have its key again after a day, though the table still keeps the answer", async () => {
    const before = await howMany();
    expect((await create("tomorrow", "Today")).status).toBe(201);
    api.world.clock.pass(86_400);
    expect((await create("tomorrow", "Tomorrow")).status).toBe(201);
    expect(await howMany()).toBe(before + 2);
  });

  test("is answered the same after the session changed, and after the organization did", async () => {
    const first = await create("later", "Before");
    await api.call("PATCH", `/organizations/${String(first.body.id)}`, {
      token: person.token,
      json: { name: "After" },
    });
    const again = await api.world.person(person.email);
    expect((await create("later", "Before", again)).text).toBe(first.text);
  });
});

test("without a key the same request twice is done twice", async () => {
  const somebody = await api.stranger();
  const send = () => api.call("POST", "/organizations", { token: somebody.token, json: { name: "Acme" } });
  const [one, other] = [await send(), await send()];
  expect(one.body.id).not.toBe(other.body.id);
  expect(await howMany(somebody)).toBe(2);
});

test.each(["", "with space", "x".repeat(201), "tab\tinside"])("the key %j is refused", async (key) => {
  expect(await create(key)).toMatchObject({ status: 400, body: { code: "request.key_invalid" } });
});

test("a key of 200 characters is taken", async () => {
  expect((await create("k".repeat(200))).status).toBe(201);
});

const posts = operations().filter(({ method }) => method === "post");

test("keys are taken where a second request would do more than the first", () => {
  expect(posts.filter(({ fn }) => fn.idempotent).map(({ id }) => id)).toEqual([
    "organization.create",
    "invitation.send",
    "team.create",
  ]);
});

describe.each(posts.filter(({ fn }) => !fn.idempotent))("$id", (operation) => {
  test("refuses a key, rather than let somebody rely on it", async () => {
    const person = await api.stranger();
    const organization = ID.create("organization");
    const [method, path, sent] = await sample(api, operation, { person, organization });
    const answer = await api.call(method, path, { ...sent, headers: { ...sent.headers, "idempotency-key": "key" } });
    expect(answer).toMatchObject({ status: 400, body: { code: "request.key_refused" } });
  });
});

test("what a key keeps is gone after a day, by the table's own time to live", async () => {
  await create(`kept-${api.world.clock.at}`);
  const rows = await api.world.rows.scan();
  const kept = rows.filter(({ sk }) => String(sk).startsWith("idem#"));
  const newest = Math.max(...kept.map(({ ttl }) => Number(ttl)));
  expect(newest).toBe(Math.floor(api.world.clock.at / 1000) + 86_400);
  for (const { ttl, expiresAt } of kept) expect(ttl).toBe(Math.floor(Date.parse(String(expiresAt)) / 1000));
});
