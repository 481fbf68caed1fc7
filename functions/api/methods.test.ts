import { permissions, type Rule } from "@muster/core/base/permission.ts";
import { isOfDevices, sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { document, operations } from "./openapi.ts";

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const paths = Object.entries(document().paths).map(([template, item]) => {
  const known = Object.keys(item).map((method) => method.toUpperCase());
  const allowed = [...known, ...(known.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
  // GET leads to a page
  const leads = template === "/api/v1/unsubscribe/{link}" ? ["GET", "HEAD"] : [];
  const refused = methods.filter((method) => ![...allowed, ...leads].includes(method));
  return { path: template.replace("/api/v1", "").replace(/{\w+}/g, "some"), allowed, refused };
});

describe.each(paths)("$path", ({ path, allowed, refused }) => {
  const allowedBy = (headers: Headers) => (headers.get("allow") ?? "").split(", ").sort();

  test.each(refused)("refuses %s with 405 and Allow", async (method) => {
    const answer = await api.call(method, path);
    expect([answer.status, answer.body.code]).toEqual([
      405,
      method === "HEAD" ? undefined : "route.method_not_allowed",
    ]);
    expect(allowedBy(answer.headers)).toEqual([...allowed].sort());
  });

  test("lists its methods for OPTIONS, and accepts each of them", async () => {
    const answer = await api.call("OPTIONS", path);
    expect([answer.status, answer.text, allowedBy(answer.headers)]).toEqual([204, "", [...allowed].sort()]);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    for (const method of allowed) expect((await api.call(method, path)).status).not.toBe(405);
  });
});

const closed = operations().filter(({ fn }) => (permissions[fn.permission] as Rule).public === undefined);

test.each(closed)(
  "$id answers 401 with WWW-Authenticate without a session, and with one that has ended",
  async (one) => {
    const person = await api.stranger();
    const organization = await api.organization(person);
    const [method, path, { token: _, ...sent }] = await sample(api, one, { person, organization });
    expect((await api.call("POST", "/sign-out", { token: person.token })).status).toBe(204);
    for (const token of [undefined, "nonsense", ...(isOfDevices(one) ? [] : [person.token])]) {
      const answer = await api.call(method, path, { ...sent, ...(token && { token }) });
      expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="Muster"']);
    }
  },
);

test("a wrong code is 401 with WWW-Authenticate", async () => {
  const { flow } = await api.requestCode("wrong@example.com");
  const answer = await api.call("POST", "/sign-in/token", { json: { flow, code: "2222-2222" } });
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="Muster"']);
});

test("a path that differs in its last part is unknown, not a wrong method", async () => {
  for (const { path } of paths) expect((await api.call("GET", `${path}/nothing/here`)).status).toBe(404);
});
