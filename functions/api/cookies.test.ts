import { openApi, ownPage, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { beforeAll, describe, expect, test } from "vitest";

const kinds = [
  {
    kind: "https",
    secure: true,
    session: "__Host-s",
    browser: "__Host-b",
    flags: "Path=/; HttpOnly; Secure; SameSite=Strict",
  },
  { kind: "http on loopback", secure: false, session: "s", browser: "b", flags: "Path=/; HttpOnly; SameSite=Strict" },
];

describe.each(kinds)("the cookies over $kind", ({ secure, session, browser, flags }) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openApi({ secure });
  });

  async function signIn(email: string, headers: Record<string, string> = {}) {
    const json = await api.requestCode(email);
    const answer = await api.call("POST", "/sign-in/code", { json, headers: { ...ownPage, ...headers } });
    const cookies = answer.headers.getSetCookie();
    return { answer, cookies, token: /^[^=]+=([^;]+)/.exec(cookies[0] ?? "")?.[1] ?? "" };
  }

  test("are the session for 30 days and the browser's mark for a year, inaccessible to scripts and other sites", async () => {
    const { answer, cookies, token } = await signIn("ada@example.com");
    const withAge = (days: number) => `Max-Age=${days * 86_400}; ${flags}`;
    expect(cookies).toEqual([
      expect.stringMatching(new RegExp(`^${session}=mst_ses_\\w{75}; `)),
      expect.stringMatching(new RegExp(`^${browser}=[\\w-]{16}\\.[\\w-]{43}; `)),
    ]);
    expect(cookies.map((cookie) => cookie.slice(cookie.indexOf("; ") + 2))).toEqual([withAge(30), withAge(365)]);
    expect(answer.text).not.toContain(token);
    expect(answer.text).not.toContain("mst_");
  });

  test("open the account, and no other cookie does", async () => {
    const { token } = await signIn("bob@example.com");
    const get = (cookie: string) => api.call("GET", "/account", { headers: { cookie } });
    expect(await get(`${session}=${token}`)).toMatchObject({ status: 200, body: { email: "bob@example.com" } });
    for (const name of ["s", "__Host-s", "__Secure-s", "session"].filter((name) => name !== session)) {
      expect((await get(`${name}=${token}`)).status).toBe(401);
    }
  });

  test.each(["POST /sign-out", "DELETE /sessions"])("are removed by %s; the browser stays known", async (request) => {
    const { token } = await signIn(`carol-${request.length}@example.com`);
    const [method = "", path = ""] = request.split(" ");
    const answer = await api.call(method, path, { cookie: token });
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()).toEqual([`${session}=; Max-Age=0; ${flags}`]);
    expect((await api.call("GET", "/account", { cookie: token })).status).toBe(401);
  });

  test("are new at every sign-in", async () => {
    const [one, other] = [await signIn("dora@example.com"), await signIn("dora@example.com")];
    expect(one.token).not.toBe(other.token);
    expect((await api.call("GET", "/account", { cookie: one.token })).status).toBe(200);
  });

  test("are not set for a script, which gets its token in the answer", async () => {
    const answer = await api.call("POST", "/sign-in/token", { json: await api.requestCode("eve@example.com") });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(answer.body.token).toMatch(/^mst_ses_\w{75}$/);
  });

  test("let a known browser request a code even if somebody else has used up the budget of its address", async () => {
    const { cookies } = await signIn("frank@example.com");
    const mark = cookies[1]?.split(";")[0] ?? "";
    const call = (headers: Record<string, string>) =>
      api.call("POST", "/sign-in", { json: { email: "frank@example.com" }, headers });
    for (let i = 0; i < 4; i++) expect((await call({})).status).toBe(202);
    expect((await call({})).status).toBe(429);
    expect((await call({ cookie: mark })).status).toBe(202);
    expect((await call({ cookie: `${mark.slice(0, -1)}_` })).status).toBe(429);
  });
});
