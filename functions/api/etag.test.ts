import type * as ID from "@muster/core/base/id.ts";
import { sampleOfDevice } from "@muster/local/testing/fixtures/samples.ts";
import { depth } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import { operations } from "./openapi.ts";

let api: TestApi;
let owner: Person;
let acme: ID.ID<"organization">;
beforeAll(async () => {
  api = await openApi();
  owner = await api.stranger();
  acme = await api.organization(owner);
});

// what has a version of its own is in sync.test.ts, and a challenge is another one each time
const looks = operations().filter(
  ({ id, source, isVersioned }) => source === "query" && !isVersioned && !id.startsWith("passkey.request"),
);

// one function compares all tags: the first answer is asked for in every way, the others once in each
test.each(looks)("$id identifies its answer, with 304 while it has not changed, and the same for HEAD", async (one) => {
  const [, path, sent] = await sampleOfDevice(api, one, { person: owner, organization: acme });
  const get = (headers: Record<string, string> = {}, method = "GET") => api.call(method, path, { ...sent, headers });
  const isFirst = depth(one === looks[0], true);
  const first = await get();
  const etag = String(first.headers.get("etag"));
  expect(etag).toMatch(/^"[\w-]{27}"$/);
  const same = isFirst ? [etag, `W/${etag}`, `"other", ${etag}`, `${etag},"other"`] : [`"other", W/${etag}`];
  for (const condition of same) {
    const again = await get({ "if-none-match": condition });
    expect([again.status, again.text, again.headers.get("etag")]).toEqual([304, "", etag]);
  }
  for (const condition of isFirst ? ['"other"', "", etagLike] : [etagLike]) {
    expect((await get({ "if-none-match": condition })).status).toBe(200);
  }
  const head = await get({}, "HEAD");
  expect([head.status, head.text, head.headers.get("etag")]).toEqual([200, "", etag]);
});

const etagLike = `"${"A".repeat(27)}"`;

test("a change of what is shown changes the tag", async () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    api.call("GET", path, { token: owner.token, headers });
  const paths = ["/account", "/organizations", `/organizations/${acme}`];
  const before = await Promise.all(paths.map(async (path) => String((await get(path)).headers.get("etag"))));
  await api.call("PATCH", `/organizations/${acme}`, { token: owner.token, json: { name: "Changed" } });
  await api.call("PATCH", "/account", { token: owner.token, json: { locale: "pt-BR" } });
  for (const [i, path] of paths.entries()) {
    expect((await get(path, { "if-none-match": String(before[i]) })).status).toBe(200);
  }
});

test("two members of different rights get different answers with different tags", async () => {
  const reader = await api.member(acme, "read");
  const etags = await Promise.all(
    [owner, reader].map(async ({ token }) =>
      (await api.call("GET", `/organizations/${acme}`, { token })).headers.get("etag"),
    ),
  );
  expect(etags[0]).not.toBe(etags[1]);
});

test("a tag gives no access", async () => {
  const { headers } = await api.call("GET", `/organizations/${acme}`, { token: owner.token });
  const etag = String(headers.get("etag"));
  const stranger = await api.stranger();
  const answer = await api.call("GET", `/organizations/${acme}`, {
    token: stranger.token,
    headers: { "if-none-match": etag },
  });
  expect(answer.status).toBe(404);
});
