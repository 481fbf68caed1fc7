import { createHash, randomBytes } from "node:crypto";
import * as Bearer from "@muster/core/base/bearer.ts";
import { daySeconds } from "@muster/core/base/duration.ts";
import { sha256 } from "@muster/core/base/hash.ts";
import * as ID from "@muster/core/base/id.ts";
import { credential } from "@muster/core/device/credential.ts";
import { deviceKeys } from "@muster/core/device/keys.ts";
import { successorOf } from "@muster/core/device/rotation.ts";
import type { DeviceRow } from "@muster/core/device/row.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { sessionKeys } from "@muster/core/session/keys.ts";
import { remove, update } from "@muster/core/table/table.ts";
import { clientOf, linkDevice, requestDeviceCode } from "@muster/local/testing/fixtures/devices.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as OAuth from "openid-client";
import { beforeEach, describe, expect, test } from "vitest";

let api: TestApi;
let ada: Person;
let acme: ID.ID<"organization">;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
  acme = await api.organization(ada);
});

const grant = "urn:ietf:params:oauth:grant-type:device_code";
const poll = (device_code: string) => api.call("POST", "/device-token", { json: { grant_type: grant, device_code } });
const decide = (verb: string, userCode: string, { person = ada, organization = acme } = {}) =>
  api.call("POST", `/device-authorization/${verb}`, {
    token: person.token,
    json: { userCode, ...(verb === "approve" && { organization }) },
  });
const approve = (userCode: string, more?: { person?: Person; organization?: ID.ID<"organization"> }) =>
  decide("approve", userCode, more);
const devicesOf = async (person = ada) =>
  (await api.call("GET", "/devices", { token: person.token })).body.items as { id: ID.ID<"device">; name: string }[];
const rowOf = async (device: unknown, { account } = ada) =>
  (await api.world.table.get(deviceKeys.device(account, device as ID.ID<"device">))) as DeviceRow;
/** Uses a token as a request does. */
async function use(token: string): Promise<DeviceRow | undefined> {
  const named = credential.read(token);
  const row = named && (await api.world.table.get(named.key));
  if (!row || !credential.admit(row, named)) return undefined;
  return credential.use?.(row, named, { ip: "203.0.113.7", agent: "" });
}
const events = async () =>
  (await api.world.rows.scan()).filter(({ pk, type }) => pk === `${acme}#out` && String(type).startsWith("device."));

/** Returns what an answer of the token endpoint says, as clients of OAuth read it. */
const refused = (error: string) => ({ status: 400, body: { code: `device.${error}`, error } });

describe("device authorization (RFC 8628)", () => {
  test("answers codes that work for ten minutes, and where to enter them", async () => {
    const { status, body } = await api.call("POST", "/device-authorization", { json: clientOf() });
    expect(status).toBe(200);
    expect(body).toEqual({
      device_code: expect.stringMatching(/^mst_dvc_[0-9A-Za-z]{49}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: "https://muster.example/link",
      verification_uri_complete: `https://muster.example/link#${String(body.user_code)}`,
      expires_in: 600,
      interval: 5,
    });
    const stored = JSON.stringify(await api.world.rows.scan());
    for (const code of [body.device_code, body.user_code, String(body.user_code).replace("-", "")]) {
      expect(stored).not.toContain(code);
    }
  });

  test("is pending, then approved, and the device is linked to who approved it", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    const pending = await poll(device_code);
    expect(pending).toMatchObject(refused("authorization_pending"));
    expect(pending.headers.get("retry-after")).toBe("5");
    const shown = await decide("review", user_code.toLowerCase().replace("-", " "));
    expect(shown).toMatchObject({
      status: 200,
      body: {
        userCode: user_code,
        name: "Ada's laptop",
        app: "muster-agent",
        platform: "linux",
        isSameNetwork: false,
        organizations: [{ id: acme, name: "Acme" }],
      },
    });
    expect(await approve(user_code)).toMatchObject({ status: 200, body: { organization: { id: acme, name: "Acme" } } });
    const { status, body } = await poll(device_code);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      token_type: "Bearer",
      account: ada.account,
      organization: { id: acme, name: "Acme" },
      issuer: "https://muster.example",
    });
    expect(credential.read(String(body.access_token))?.via).toMatchObject({ kind: "device", id: body.device });
    expect(await devicesOf()).toMatchObject([{ id: body.device, name: "Ada's laptop" }]);
    expect(await api.world.table.get(memberKeys.member(acme, ada.account))).toMatchObject({ devices: 1 });
    expect(await events()).toMatchObject([
      {
        type: "device.linked",
        actor: ada.account,
        via: ada.context.actor.type === "account" && ada.context.actor.via.id,
      },
    ]);
  });

  test("answers slow_down to who asks too early, and each time the interval is 5 seconds longer", async () => {
    const { device_code } = await requestDeviceCode(api);
    await poll(device_code);
    const { clock } = api.world;
    clock.pass(4);
    const early = await poll(device_code);
    expect(early).toMatchObject(refused("slow_down"));
    expect(early.headers.get("retry-after")).toBe("10");
    clock.pass(9);
    expect(await poll(device_code)).toMatchObject(refused("slow_down"));
    clock.pass(15);
    expect(await poll(device_code)).toMatchObject(refused("authorization_pending"));
  });

  test("of 20 questions at once answers one that it is pending", async () => {
    const { device_code } = await requestDeviceCode(api);
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(device_code)));
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === "device.authorization_pending")).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(["device.authorization_pending", "device.slow_down"]));
  });

  test("is approved at once for who asks early", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    await poll(device_code);
    await approve(user_code);
    expect((await poll(device_code)).status).toBe(200);
  });

  test("expires, approved or not, also before the table removes it", async () => {
    const [one, other] = [await requestDeviceCode(api), await requestDeviceCode(api)];
    await approve(other.user_code);
    api.world.clock.pass(599);
    expect(await poll(one.device_code)).toMatchObject(refused("authorization_pending"));
    api.world.clock.pass(1);
    ada = await api.world.person(ada.email);
    for (const { device_code } of [one, other]) expect(await poll(device_code)).toMatchObject(refused("expired_token"));
    const expired = { status: 410, body: { code: "device.code_expired" } };
    expect(await decide("review", one.user_code)).toMatchObject(expired);
    expect(await approve(one.user_code)).toMatchObject(expired);
    expect(await devicesOf()).toEqual([]);
  });

  test("is denied, once and for all", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    for (let n = 0; n < 2; n++) expect(await decide("deny", user_code)).toMatchObject({ status: 200, body: {} });
    expect(await poll(device_code)).toMatchObject(refused("access_denied"));
    expect(await approve(user_code)).toMatchObject({ status: 409, body: { code: "device.code_denied" } });
    expect(await poll(device_code)).toMatchObject(refused("access_denied"));
  });

  test("an answer that was lost is given again until its token is used, and then never", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    await approve(user_code);
    const [first, second] = [await poll(device_code), await poll(device_code)];
    expect(second.body).toEqual(first.body);
    const token = String(first.body.access_token);
    expect(await use(token)).toBeDefined();
    expect(await poll(device_code)).toMatchObject(refused("invalid_grant"));
    expect(await decide("review", user_code)).toMatchObject({ status: 409, body: { code: "device.code_used" } });
    expect(await use(token)).toBeDefined();
    expect(await devicesOf()).toHaveLength(1);
  });

  test("an answer that was lost is given again for a minute, and not later", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    await approve(user_code);
    const first = await poll(device_code);
    api.world.clock.pass(59);
    expect((await poll(device_code)).body).toEqual(first.body);
    api.world.clock.pass(1);
    expect(await poll(device_code)).toMatchObject(refused("invalid_grant"));
    expect(await use(String(first.body.access_token))).toBeDefined();
  });

  test("codes work for the client that asked for them, and for no other", async () => {
    const client_id = "terminal";
    const { device_code, user_code } = await requestDeviceCode(api, { client_id });
    const asking = (more: object) =>
      api.call("POST", "/device-token", { json: { grant_type: grant, device_code, ...more } });
    const others = [{ client_id: "other" }, {}];
    for (const other of others) expect(await asking(other)).toMatchObject(refused("invalid_grant"));
    expect(await asking({ client_id })).toMatchObject(refused("authorization_pending"));
    await approve(user_code);
    for (const other of others) expect(await asking(other)).toMatchObject(refused("invalid_grant"));
    expect(await devicesOf()).toEqual([]);
    expect(await asking({ client_id })).toMatchObject({ status: 200 });
    for (const other of others) expect(await asking(other)).toMatchObject(refused("invalid_grant"));
  });

  test("20 exchanges at once link one device, with one token that works", async () => {
    const { device_code, user_code } = await requestDeviceCode(api);
    await approve(user_code);
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(device_code)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const tokens = new Set(answers.map(({ body }) => String(body.access_token)));
    expect(tokens.size).toBe(1);
    expect(await use([...tokens][0] ?? "")).toBeDefined();
    expect(await devicesOf()).toHaveLength(1);
    expect(await api.world.table.get(memberKeys.member(acme, ada.account))).toMatchObject({ devices: 1 });
    expect(await events()).toHaveLength(1);
  });

  test("20 members who approve at once are one who did", async () => {
    const { user_code, device_code } = await requestDeviceCode(api);
    const people = await Promise.all(Array.from({ length: 20 }, () => api.member(acme, "read")));
    const answers = await Promise.all(people.map((person) => approve(user_code, { person })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(new Set(answers.flatMap(({ body }) => body.code ?? []))).toEqual(new Set(["device.code_used"]));
    const winner = people[answers.findIndex(({ status }) => status === 200)];
    expect((await poll(device_code)).body.account).toBe(winner?.account);
  });

  test("refuses codes that are mistyped, guessed or made up", async () => {
    const { device_code } = await requestDeviceCode(api);
    const other = `${device_code.slice(0, -7)}${device_code.at(-7) === "0" ? "1" : "0"}${device_code.slice(-6)}`;
    for (const code of [other, device_code.slice(0, -1), "", `mst_dvc_${"0".repeat(49)}`]) {
      expect(await poll(code)).toMatchObject(refused("invalid_grant"));
    }
  });

  test("takes no keys, names and addresses that are none", async () => {
    const wrong = [
      { signingKey: "AAAA" },
      { sealingKey: `${"A".repeat(42)}B` },
      { platform: "amiga" },
      { deviceName: "a\u0007b" },
      { deviceName: "" },
      { appVersion: "1 <b>" },
    ];
    for (const more of wrong) {
      const answer = await api.call("POST", "/device-authorization", { json: clientOf(more) });
      expect(answer).toMatchObject({ status: 400, body: { code: "input.invalid" } });
    }
  });
});

describe("approving a device", () => {
  test("needs an identity that was confirmed a moment ago; looking and denying do not", async () => {
    const { user_code } = await requestDeviceCode(api);
    const session = ada.context.actor.type === "account" ? ada.context.actor.via.id : "";
    const authenticatedAt = new Date(api.world.clock.at - 11 * 60_000).toISOString();
    await api.world.table.write(
      update(sessionKeys.session(ada.account, session as ID.ID<"session">), { set: { authenticatedAt } }),
    );
    expect(await approve(user_code)).toMatchObject({ status: 403, body: { code: "actor.reauthentication_required" } });
    expect((await decide("review", user_code)).status).toBe(200);
    expect((await decide("deny", user_code)).status).toBe(200);
  });

  test("is open to a member of the organization alone, which the client may have named", async () => {
    const { user_code } = await requestDeviceCode(api);
    const elsewhere = await api.organization(await api.stranger(), "Elsewhere");
    const missing = { status: 404, body: { code: "organization.missing" } };
    expect(await approve(user_code, { organization: elsewhere })).toMatchObject(missing);
    expect(await approve(user_code, { organization: ID.create("organization") })).toMatchObject(missing);
    const second = await api.organization(ada, "Second");
    const named = await requestDeviceCode(api, { organization: second });
    expect((await decide("review", named.user_code)).body.organizations).toEqual([{ id: second, name: "Second" }]);
    const other = { status: 409, body: { code: "device.other_organization" } };
    expect(await approve(named.user_code)).toMatchObject(other);
    expect((await approve(named.user_code, { organization: second })).status).toBe(200);
  });

  test.each([
    [{ state: "suspended" }, "organization.suspended"],
    [{ state: "deleted" }, "organization.missing"],
    [{ billingStatus: "read_only" }, "organization.read_only"],
  ] as const)("links nothing in an organization that is %o", async (set, code) => {
    const { user_code } = await requestDeviceCode(api);
    await api.world.table.write(update(organizationKeys.organization(acme), { set }));
    expect((await approve(user_code)).body.code).toBe(code);
    expect((await decide("review", user_code)).body.organizations).toEqual([]);
  });

  test("links nothing for somebody who was removed before the client asked", async () => {
    const { user_code, device_code } = await requestDeviceCode(api);
    const member = await api.member(acme, "write");
    await approve(user_code, { person: member });
    await api.world.table.write(remove(memberKeys.member(acme, member.account)));
    expect(await poll(device_code)).toMatchObject(refused("access_denied"));
    expect(await devicesOf(member)).toEqual([]);
  });

  test("links nothing in an organization that was suspended since, and gives out no token of a revoked device", async () => {
    const [one, other] = [await requestDeviceCode(api), await requestDeviceCode(api)];
    for (const { user_code } of [one, other]) await approve(user_code);
    const { body } = await poll(one.device_code);
    await api.call("DELETE", `/devices/${String(body.device)}`, { token: ada.token });
    expect(await poll(one.device_code)).toMatchObject(refused("invalid_grant"));
    await api.world.table.write(update(organizationKeys.organization(acme), { set: { state: "suspended" } }));
    expect(await poll(other.device_code)).toMatchObject({ status: 403, body: { code: "organization.suspended" } });
    expect(await devicesOf()).toHaveLength(1);
  });

  test("links no more than 50 devices of one member", async () => {
    const [one, other] = [await requestDeviceCode(api), await requestDeviceCode(api)];
    await api.world.table.write(update(memberKeys.member(acme, ada.account), { set: { devices: 49 } }));
    expect([await approve(one.user_code), await approve(other.user_code)].map(({ status }) => status)).toEqual([
      200, 200,
    ]);
    expect((await poll(one.device_code)).status).toBe(200);
    const full = { status: 402, body: { code: "device.limit_reached" } };
    expect(await poll(other.device_code)).toMatchObject(full);
    expect(await approve((await requestDeviceCode(api)).user_code)).toMatchObject(full);
  });

  test("stops guessing, also many at once, and right codes are not counted", async () => {
    const { user_code } = await requestDeviceCode(api);
    for (let n = 0; n < 15; n++) expect((await decide("review", user_code)).status).toBe(200);
    const guesses = Array.from({ length: 40 }, () => decide("review", "BBBB-BBBB"));
    const answers = (await Promise.all(guesses)).map(({ body }) => body.code);
    expect(answers.filter((code) => code === "device.code_unknown")).toHaveLength(
      Limits.userCodesPerAccount.windows[0].quota,
    );
    expect(answers.filter((code) => code === "rate.limited")).toHaveLength(
      40 - Limits.userCodesPerAccount.windows[0].quota,
    );
    for (const verb of ["review", "approve", "deny"]) {
      expect(await decide(verb, user_code)).toMatchObject({ status: 429, body: { code: "rate.limited" } });
    }
    const other = await api.member(acme, "read");
    expect((await decide("review", user_code, { person: other })).status).toBe(200);
  });
});

describe("a client on the loopback address (RFC 8252, RFC 7636)", () => {
  const redirectUri = "http://127.0.0.1:49152/done";
  const verifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(verifier).digest("base64url");
  const challenge = { codeChallenge, codeChallengeMethod: "S256", redirectUri, state: "st4te" };

  const exchange = (code: string, more: Record<string, unknown> = {}) => {
    const json = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirectUri };
    return api.call("POST", "/device-token", { json: { ...json, ...more } });
  };
  async function approved() {
    const codes = await requestDeviceCode(api, { challenge });
    const { body } = await approve(codes.user_code);
    const url = new URL(String(body.redirectTo));
    return { ...codes, url, code: url.searchParams.get("code") ?? "" };
  }

  test("gets its code through the browser, and its token for code and verifier", async () => {
    const { url, code, user_code } = await approved();
    expect(`${url.origin}${url.pathname}`).toBe(redirectUri);
    expect([...url.searchParams.keys()]).toEqual(["code", "state"]);
    expect(url.searchParams.get("state")).toBe("st4te");
    expect(String((await approve(user_code)).body.redirectTo)).toBe(url.href);
    expect(JSON.stringify(await api.world.rows.scan())).not.toContain(code);
    const [first, second] = [await exchange(code), await exchange(code)];
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(await use(String(first.body.access_token))).toBeDefined();
    expect(await exchange(code)).toMatchObject(refused("invalid_grant"));
  });

  test("gets nothing without the verifier, with another, or with the challenge as verifier", async () => {
    const { code } = await approved();
    const wrong = [codeChallenge, randomBytes(32).toString("base64url"), `${verifier}A`];
    for (const code_verifier of wrong) {
      expect(await exchange(code, { code_verifier })).toMatchObject(refused("invalid_grant"));
    }
    for (const code_verifier of [undefined, ""]) expect((await exchange(code, { code_verifier })).status).toBe(400);
    expect(await exchange(code, { redirect_uri: "http://127.0.0.1:49153/done" })).toMatchObject(
      refused("invalid_grant"),
    );
    expect(await devicesOf()).toEqual([]);
    expect((await exchange(code)).status).toBe(200);
  });

  test("cannot be talked down: no method but S256, and no device code instead", async () => {
    for (const codeChallengeMethod of ["plain", "none", ""]) {
      const json = clientOf({ challenge: { ...challenge, codeChallengeMethod } });
      expect((await api.call("POST", "/device-authorization", { json })).status).toBe(400);
    }
    const { device_code } = await approved();
    expect(await poll(device_code)).toMatchObject(refused("invalid_grant"));
    const plain = await requestDeviceCode(api);
    await approve(plain.user_code);
    expect(await exchange(plain.device_code)).toMatchObject(refused("invalid_grant"));
  });

  test("takes no other code: of another device, or changed", async () => {
    const [one, other] = [await approved(), await approved()];
    const mixed = one.code.slice(0, 34) + other.code.slice(34);
    const forged = Bearer.mint("mst_aut_", [one.code.slice(8, 34)]);
    for (const code of [mixed, forged, one.code.slice(0, -1), one.device_code, ""]) {
      expect(await exchange(code)).toMatchObject(refused("invalid_grant"));
    }
  });

  test("is told when it is denied", async () => {
    const { user_code } = await requestDeviceCode(api, { challenge });
    const { body } = await decide("deny", user_code);
    expect(body.redirectTo).toBe(`${redirectUri}?error=access_denied&state=st4te`);
  });

  test.each([
    "https://127.0.0.1:49152/done",
    "http://localhost:49152/done",
    "http://127.0.0.1/done",
    "http://127.0.0.1:49152@evil.example/done",
    "http://127.0.0.1.evil.example:49152/done",
    "http://evil.example:49152/done",
    "http://127.0.0.1:49152/done?code=x",
    "http://127.0.0.1:49152/done#x",
    "javascript:alert(1)",
    "http://127.0.0.2:49152/done",
  ])("is nowhere else: %s", async (uri) => {
    const json = clientOf({ challenge: { ...challenge, redirectUri: uri } });
    expect(await api.call("POST", "/device-authorization", { json })).toMatchObject({ status: 400 });
  });
});

describe("rotation", () => {
  const linked = () => linkDevice(api.world, { account: ada.account, organization: acme });
  const rotate = async (id: ID.ID<"device">) => (await successorOf(await rowOf(id))) ?? "";

  test("begins after 30 days; until the new token is used, both work, however many answers are lost", async () => {
    const { id, token } = await linked();
    api.world.clock.pass(30 * daySeconds - 1);
    expect(await successorOf(await rowOf(id))).toBeUndefined();
    api.world.clock.pass(1);
    const answers = [await rotate(id), await rotate(id), ...(await Promise.all([rotate(id), rotate(id)]))];
    expect(new Set(answers).size).toBe(1);
    expect(await use(token)).toBeDefined();
    const next = answers[0] ?? "";
    expect((await use(next))?.token).toBe(sha256(next));
    expect(await use(next)).toMatchObject({ previousToken: sha256(token) });
    expect(await successorOf(await rowOf(id))).toBeUndefined();
    api.world.clock.pass(30 * daySeconds);
    expect(await rotate(id)).not.toBe(next);
  });

  test("ends the device when the token before is used once more", async () => {
    const { id, token } = await linked();
    api.world.clock.pass(30 * daySeconds);
    const next = await rotate(id);
    await use(next);
    const used = await use(token);
    expect(used?.wipe).toMatchObject({ reason: "token_reused" });
    expect(await use(next)).toMatchObject({ wipe: { reason: "token_reused" } });
    expect(await use(token)).toMatchObject({ wipe: { reason: "token_reused" } });
    expect(await api.world.table.get(deviceKeys.organizationDevice(acme, id))).toMatchObject({
      wipe: { reason: "token_reused" },
    });
    expect(await events()).toMatchObject([{ type: "device.revoked", via: id, data: { reason: "token_reused" } }]);
    expect(await successorOf(await rowOf(id))).toBeUndefined();
    expect(await api.world.table.get(memberKeys.member(acme, ada.account))).toMatchObject({ devices: 0 });
  });

  test("by 20 requests at once with the new token happens once", async () => {
    const { id } = await linked();
    api.world.clock.pass(30 * daySeconds);
    const next = await rotate(id);
    const used = await Promise.all(Array.from({ length: 20 }, () => use(next)));
    expect(new Set(used.map((row) => row?.token))).toEqual(new Set([sha256(next)]));
    expect(await rowOf(id)).toMatchObject({ token: sha256(next) });
    expect((await rowOf(id)).wipe).toBeUndefined();
  });
});

describe("a client of OAuth that knows nothing of Muster", () => {
  const server = { issuer: "https://muster.example", token_endpoint: "https://muster.example/api/v1/device-token" };
  const opened = () => {
    const metadata = {
      ...server,
      device_authorization_endpoint: "https://muster.example/api/v1/device-authorization",
    };
    const client = new OAuth.Configuration(metadata, "any-client", undefined, OAuth.None());
    client[OAuth.customFetch] = async (url, { method, headers, body }) => {
      const path = new URL(url).pathname.replace("/api/v1", "");
      const sent = {
        raw: new URLSearchParams(body as URLSearchParams).toString(),
        headers: Object.fromEntries(new Headers(headers)),
      };
      const { status, text, body: said, headers: answered } = await api.call(method, path, sent);
      if (path === "/device-token") {
        asked.push(said["error"]);
        await whenAsked();
        whenAsked = async () => {};
      }
      return new Response(text, { status, headers: answered });
    };
    return client;
  };

  let whenAsked = async () => {};
  const asked: unknown[] = [];

  test("links a device with openid-client", async () => {
    const client = opened();
    const started = await OAuth.initiateDeviceAuthorization(client, { ...clientOf(), scope: "settings" });
    // it is approved while the client asks for the first time
    whenAsked = async () => void (await approve(started.user_code));
    const { access_token, token_type } = await OAuth.pollDeviceAuthorizationGrant(client, { ...started, interval: 0 });
    expect(asked).toEqual(["authorization_pending", undefined]);
    expect(token_type).toBe("bearer");
    expect(credential.read(access_token)?.via).toMatchObject({ kind: "device" });
  });

  const form = (path: string, fields: Record<string, string> | string) =>
    api.call("POST", path, {
      raw: typeof fields === "string" ? fields : new URLSearchParams(fields).toString(),
      headers: { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" },
    });

  test.each<[string, Record<string, string> | string, string]>([
    ["nothing", "", "invalid_request"],
    ["no device code", { grant_type: grant }, "invalid_request"],
    ["another grant", { grant_type: "client_credentials" }, "unsupported_grant_type"],
    ["a wrong device code", { grant_type: grant, device_code: "wrong", client_id: "x" }, "invalid_grant"],
    ["a parameter twice", "grant_type=a&grant_type=b", "invalid_request"],
    ["a parameter twice, once without a value", `grant_type=${grant}&device_code=a&device_code=`, "invalid_request"],
    ["what Muster does not know twice", `grant_type=${grant}&device_code=a&color=1&color=1`, "invalid_request"],
    [
      "what Muster does not know beside it",
      { grant_type: grant, device_code: "a", scope: "x", color: "red" },
      "invalid_grant",
    ],
  ])("learns what is wrong with %s", async (_, fields, error) => {
    const answer = await form("/device-token", fields);
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("is told the same for JSON, and a form is taken nowhere else", async () => {
    const wrong = await api.call("POST", "/device-token", { json: { grant_type: "password" } });
    expect(wrong).toMatchObject({ status: 400, body: { code: "input.invalid", error: "unsupported_grant_type" } });
    const started = await form("/device-authorization", { clientName: "x" });
    expect(started).toMatchObject({ status: 400, body: { error: "invalid_request" } });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(await api.call("POST", "/organizations", { raw: "name=Acme", headers, token: ada.token })).toMatchObject({
      status: 400,
      body: { code: "request.not_json" },
    });
  });
});
