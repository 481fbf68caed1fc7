import { depth } from "@muster/local/testing/random.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { beforeAll, expect, test } from "vitest";
import { document } from "./openapi.ts";

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

const allowedBy = (headers: Headers) => (headers.get("allow") ?? "").split(", ").sort();

// Allow is what the router finds for each method, so one refusal of a path tells of all of them; that its own methods
// answer is in permissions.test.ts.
test.each(paths)("$path refuses other methods with 405 and Allow, and lists its own", async ({ path, ...of }) => {
  const allow = [...of.allowed].sort();
  const usual = of.refused.filter((method) => method === "HEAD" || method === of.refused.find((one) => one !== "HEAD"));
  for (const method of depth(path === paths[0]?.path ? of.refused : usual, of.refused)) {
    const { status, body, headers } = await api.call(method, path);
    const code = method === "HEAD" ? undefined : "route.method_not_allowed";
    expect.soft([status, body.code, allowedBy(headers)], method).toEqual([405, code, allow]);
  }
  const answer = await api.call("OPTIONS", path);
  expect([answer.status, answer.text, allowedBy(answer.headers)]).toEqual([204, "", allow]);
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  for (const method of depth([], of.allowed)) expect.soft((await api.call(method, path)).status, method).not.toBe(405);
});

test("a wrong code is 401 with WWW-Authenticate", async () => {
  const { flow } = await api.requestCode("wrong@example.com");
  const answer = await api.call("POST", "/sign-in/token", { json: { flow, code: "2222-2222" } });
  expect([answer.status, answer.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="Muster"']);
});

test("a path that differs in its last part is unknown, not a wrong method", async () => {
  for (const { path } of paths) expect((await api.call("GET", `${path}/nothing/here`)).status).toBe(404);
});
