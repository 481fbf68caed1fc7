import { sessionKeys } from "@muster/core/session/keys.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

let api: TestApi;
let ada: Person;
beforeEach(async () => {
  api = await openApi();
  ada = await api.world.person("ada@example.com");
});

const opens = async ({ token }: { token: string }) => (await api.call("GET", "/account", { token })).status === 200;

async function sessionsOf({ token }: { token: string }) {
  const { body } = await api.call("GET", "/sessions", { token });
  return body.items as { id: string; current: boolean; usedAt: string; expiresAt: string }[];
}

describe("a session that is ended", () => {
  test("from another one is refused on its next request", async () => {
    const other = await api.world.person("ada@example.com");
    const mine = (await sessionsOf(ada)).find(({ current }) => current);
    expect((await api.call("DELETE", `/sessions/${mine?.id}`, { token: other.token })).status).toBe(204);
    expect(await api.call("GET", "/account", { token: ada.token })).toMatchObject({
      status: 401,
      body: { code: "actor.unauthenticated", detail: "Your session has ended. Sign in again." },
    });
    expect(await opens(other)).toBe(true);
  });

  test("with all others ends everywhere, and nobody else's does", async () => {
    const bob = await api.world.person("bob@example.com");
    const others = [await api.world.person("ada@example.com"), await api.world.person("ada@example.com")];
    expect((await api.call("DELETE", "/sessions", { token: ada.token })).status).toBe(204);
    expect(await Promise.all([ada, ...others, bob].map(opens))).toEqual([false, false, false, true]);
  });

  test("by signing out does not come back, even after hours of use", async () => {
    api.world.clock.pass(2 * hour);
    expect((await api.call("POST", "/sign-out", { token: ada.token })).status).toBe(204);
    expect(await opens(ada)).toBe(false);
    expect((await api.call("POST", "/sign-out", { token: ada.token })).status).toBe(401);
  });

  test("everywhere after hours of use stays ended", async () => {
    api.world.clock.pass(2 * hour);
    expect((await api.call("DELETE", "/sessions", { token: ada.token })).status).toBe(204);
    expect(await opens(ada)).toBe(false);
  });
});

describe("the lifetime of a session", () => {
  test("ends after 7 days without use", async () => {
    api.world.clock.pass(7 * day - 1);
    expect(await opens(ada)).toBe(true);
    const idle = await api.world.person("bob@example.com");
    api.world.clock.pass(7 * day);
    expect(await opens(idle)).toBe(false);
  });

  test("ends after 30 days of use", async () => {
    for (let days = 6; days < 30; days += 6) {
      api.world.clock.pass(6 * day);
      expect(await opens(ada)).toBe(true);
    }
    api.world.clock.pass(6 * day - 1);
    expect(await opens(ada)).toBe(true);
    api.world.clock.pass(1);
    expect(await opens(ada)).toBe(false);
  });

  test("counts even if its row still exists, and then it is not listed", async () => {
    api.world.clock.pass(8 * day);
    const again = await api.world.person("ada@example.com");
    const rows = await api.world.rows.scan();
    expect(rows.filter(({ sk }) => String(sk).startsWith("ses_"))).toHaveLength(2);
    expect(await sessionsOf(again)).toHaveLength(1);
    expect(await opens(ada)).toBe(false);
  });

  test("is written at most once an hour, however often it is used", async () => {
    const costs = meter(api.world.rows.client);
    const writes = async () => (await costs.measure(() => opens(ada))).writeUnits;
    expect(await writes()).toBe(0);
    api.world.clock.pass(hour - 1);
    expect(await writes()).toBe(0);
    api.world.clock.pass(1);
    expect(await writes()).toBe(1);
    expect([await writes(), await writes()]).toEqual([0, 0]);
    api.world.clock.pass(hour);
    expect([await writes(), await writes()]).toEqual([1, 0]);
  });

  test("is shown as it was last written", async () => {
    const before = api.world.clock.at;
    api.world.clock.pass(3 * hour);
    expect((await sessionsOf(ada))[0]?.usedAt).toBe(new Date(before).toISOString());
    expect((await sessionsOf(ada))[0]?.usedAt).toBe(new Date(api.world.clock.at).toISOString());
  });
});

describe("a reauthentication", () => {
  const confirm = (json: object, by = ada) =>
    api.call("POST", "/session/reauthentication/code", { token: by.token, json });

  test("is valid for 10 minutes", async () => {
    api.world.clock.pass(day);
    const { status, body } = await confirm(await api.requestReauthentication(ada));
    const now = new Date(api.world.clock.at);
    const until = new Date(api.world.clock.at + 600_000);
    expect({ status, body }).toEqual({
      status: 200,
      body: { authenticatedAt: now.toISOString(), reauthenticatedUntil: until.toISOString() },
    });
  });

  test("does not count for another session, another person, or a sign-in", async () => {
    const refused = { status: 401, body: { code: "code.invalid" } };
    const reauthentication = await api.requestReauthentication(ada);
    expect(await confirm(reauthentication, await api.world.person("ada@example.com"))).toMatchObject(refused);
    expect(await confirm(reauthentication, await api.world.person("bob@example.com"))).toMatchObject(refused);
    expect(await api.call("POST", "/sign-in/token", { json: reauthentication })).toMatchObject(refused);
    expect(await confirm(await api.requestCode("ada@example.com"))).toMatchObject(refused);
    expect((await confirm(reauthentication)).status).toBe(200);
    expect(await confirm(reauthentication)).toMatchObject(refused);
  });
});

describe("a code", () => {
  const open = (json: object) => api.call("POST", "/sign-in/token", { json });
  const refused = { status: 401, body: { code: "code.invalid" } };

  test("is accepted in any case, with spaces and dashes, and works once", async () => {
    const { flow, code } = await api.requestCode("bob@example.com");
    const typed = ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `;
    expect((await open({ flow, code: typed })).status).toBe(201);
    expect(await open({ flow, code })).toMatchObject(refused);
  });

  test("stops working after five wrong attempts, and after ten minutes", async () => {
    const first = await api.requestCode("bob@example.com");
    for (let i = 0; i < 5; i++) expect(await open({ ...first, code: "22222222" })).toMatchObject(refused);
    expect(await open(first)).toMatchObject(refused);
    const second = await api.requestCode("bob@example.com");
    api.world.clock.pass(10 * minute);
    expect(await open(second)).toMatchObject(refused);
  });

  test("is requested the same for an address with an account as for one without", async () => {
    const [known, unknown] = await Promise.all(
      ["ada@example.com", "nobody@example.com"].map((email) => api.call("POST", "/sign-in", { json: { email } })),
    );
    const shape = (answer: typeof known) => [answer?.status, Object.keys(answer?.body ?? {}), answer?.body.expiresAt];
    expect(shape(known)).toEqual(shape(unknown));
    expect([...(known?.headers.keys() ?? [])]).toEqual([...(unknown?.headers.keys() ?? [])]);
  });

  test("used by many at once opens one session", async () => {
    const flow = await api.requestCode("bob@example.com");
    const answers = await Promise.all(Array.from({ length: 5 }, () => open(flow)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(4);
    expect(await api.world.table.get(sessionKeys.flow(flow.flow))).toBeUndefined();
  });
});
