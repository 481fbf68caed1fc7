import { createHash, createPublicKey, verify } from "node:crypto";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import * as Audit from "@muster/core/audit/audit.ts";
import { hourSeconds } from "@muster/core/base/duration.ts";
import { sha256 } from "@muster/core/base/hash.ts";
import * as ID from "@muster/core/base/id.ts";
import { departureKeys } from "@muster/core/departure/keys.ts";
import { react } from "@muster/core/departure/record.ts";
import { deviceKeys } from "@muster/core/device/keys.ts";
import * as Token from "@muster/core/device/token.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Operator from "@muster/core/organization/operator.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import { reporting } from "@muster/core/purge/report.ts";
import { rateKeys } from "@muster/core/rate/keys.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import * as Windows from "@muster/core/rate/windows.ts";
import { secretKeys } from "@muster/core/secret/keys.ts";
import { wipeErased } from "@muster/core/sync/erased.ts";
import { lookMs, looksForOwn, wokenPerSecond } from "@muster/core/sync/limits.ts";
import { put, remove, type Step, update } from "@muster/core/table/table.ts";
import { newSigningKeys, signerOf } from "@muster/local/signing-keys.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { addSecret, exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { receiptOf } from "@muster/local/testing/fixtures/sync.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { fields } from "@muster/settings/fields.ts";
import { beforeEach, describe, expect, test } from "vitest";

let api: TestApi;
let ada: Person;
let bob: Person;
let acme: ID.ID<"organization">;
let device: TestDevice;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
  acme = await api.organization(ada);
  bob = await api.member(acme, "read");
  device = await linkDevice(api.world, { account: bob.account, organization: acme });
});

const sync = (query = "", headers: Record<string, string> = {}, token = device.token) =>
  api.call("GET", `/sync${query}`, { token, headers });

const nonce = "kO3vF0aYQx2m-7_LbT9cXw";

/** The payload of a document, by the published keys. */
async function payloadOf(answer: Answer): Promise<Record<string, unknown>> {
  expect(answer.status).toBe(200);
  const [head = "", body = "", signature = ""] = String(answer.body.document).split(".");
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
  const { body: set } = await api.call("GET", "/sync/keys");
  const key = (set.keys as { kid: string; x: string }[]).find((one) => one.kid === kid);
  const jwk = { kty: "OKP", crv: "Ed25519", x: key?.x ?? "" };
  const isGenuine = verify(
    null,
    Buffer.from(`${head}.${body}`),
    createPublicKey({ key: jwk, format: "jwk" }),
    Buffer.from(signature, "base64url"),
  );
  expect(isGenuine).toBe(true);
  return JSON.parse(Buffer.from(body, "base64url").toString()) as Record<string, unknown>;
}
const hashOf = (text: string) => createHash("sha256").update(text).digest("base64url");
const sectionsOf = (answer: Answer) => answer.body.sections as Record<string, string>;
const valueOf = (answer: Answer, key: string) =>
  (JSON.parse(sectionsOf(answer)[key.split(".")[0] ?? ""] ?? "{}") as Record<string, { value?: unknown }>)[key]?.value;

/** Returns whether a write records that a device gets an API key. */
const isRecord = ([step]: readonly Step[]) => step?.do === "put" && step.key.pk.includes("#got#");
/** More than a section holds itself. */
const websites = Array.from({ length: 3_000 }, (_, i) => `host-${i}.example.com`);
const deniedIn = (answer: Answer) =>
  JSON.parse(sectionsOf(answer)["websites"] ?? "{}")["websites.denied"] as { parts?: string[]; count?: number };

/** Changes a setting, and returns the new revision. */
async function change(changes: Record<string, unknown>): Promise<number> {
  const { body } = await api.call("GET", `/organizations/${acme}/settings`, { token: ada.token });
  const sent = { revision: body.revision, fields: changes };
  const answer = await api.call("PATCH", `/organizations/${acme}/settings`, { token: ada.token, json: sent });
  expect(answer.status).toBe(200);
  return Number(answer.body.revision);
}

async function rename(from: string, to: string): Promise<void> {
  const { body } = await api.call("GET", `/organizations/${acme}/teams`, { token: ada.token });
  const team = (body.items as { id: string; name: string }[]).find(({ name }) => name === from);
  const path = `/organizations/${acme}/teams/${team?.id}`;
  expect((await api.call("PATCH", path, { token: ada.token, json: { name: to } })).status).toBe(200);
}

describe("a device", () => {
  test("gets the settings of its member, signed for it alone", async () => {
    const revision = await change({ "features.telemetry": { value: true, isLocked: true } });
    const answer = await sync();
    const payload = await payloadOf(answer);
    expect(payload).toMatchObject({
      iss: "https://muster.example",
      aud: device.id,
      sub: bob.account,
      organization: acme,
      revision,
      iat: api.world.clock.at / 1_000,
      policy: { pollSeconds: 3_600, maxOfflineDays: 0, whenStale: "keep", minimumVersion: "0.0.0" },
    });
    const hashes = payload["sections"] as Record<string, { hash: string }>;
    for (const [name, text] of Object.entries(sectionsOf(answer))) expect(hashes[name]?.hash).toBe(hashOf(text));
    const keys = Object.values(sectionsOf(answer)).flatMap((text) => Object.keys(JSON.parse(text) as object));
    expect(keys.toSorted()).toEqual(Object.keys(fields).toSorted());
    expect(valueOf(answer, "features.telemetry")).toBe(true);
  });

  test("gets what its request has to have signed, and a name for nothing else", async () => {
    expect(await payloadOf(await sync())).not.toHaveProperty("nonce");
    expect(await payloadOf(await sync(`?nonce=${nonce}`))).toMatchObject({ nonce });
    for (const wrong of ["short", `${nonce}!`, nonce.repeat(5)]) {
      expect(await sync(`?nonce=${encodeURIComponent(wrong)}`)).toMatchObject({ status: 400 });
    }
  });

  test("is told in few bytes that nothing has changed, and when to ask again", async () => {
    const first = await sync();
    const etag = first.headers.get("etag") ?? "";
    const again = await sync(`?nonce=${nonce}`, { "if-none-match": etag });
    expect(again).toMatchObject({ status: 304, text: "" });
    expect(again.headers.get("etag")).toBe(etag);
    expect(again.headers.get("x-settings-revision")).toBe("0");
    expect(Number(again.headers.get("muster-poll-seconds"))).toBeGreaterThanOrEqual(2_880);
    expect(Number(again.headers.get("muster-poll-seconds"))).toBeLessThanOrEqual(4_320);
    expect(again.headers.get("muster-wait-seconds")).toBe("0");
    const bytes = [...again.headers].reduce((sum, [name, value]) => sum + `${name}: ${value}\r\n`.length, 0);
    expect(`HTTP/1.1 304 Not Modified\r\n\r\n`.length + bytes).toBeLessThanOrEqual(250);
  });

  test("gets a limited number of documents in an hour, and is told any number of times that nothing has changed", async () => {
    const etag = (await sync()).headers.get("etag") ?? "";
    const [{ quota }] = Limits.documentsPerDevice.windows;
    for (let document = 1; document < quota; document++) expect((await sync()).status).toBe(200);
    expect(await sync()).toMatchObject({ status: 429, body: { code: "rate.limited" } });
    expect((await sync("", { "if-none-match": etag })).status).toBe(304);
    api.world.clock.pass(Limits.documentsPerDevice.windows[0].windowSeconds);
    expect((await sync()).status).toBe(200);
  });

  test("gets only the sections that it lacks", async () => {
    const first = await payloadOf(await sync());
    await change({ "features.telemetry": { value: true } });
    const hashes = Object.entries(first["sections"] as Record<string, { hash: string }>);
    const have = hashes.map(([name, { hash }]) => `${name}:${hash}`).join();
    const answer = await sync(`?have=${have}`);
    expect(Object.keys(sectionsOf(answer))).toEqual(["features"]);
    expect(Object.keys((await payloadOf(answer))["sections"] as object)).toHaveLength(4);
  });

  test.each([
    [
      "its member's own choice",
      () =>
        api.call("PATCH", `/organizations/${acme}/settings/own`, {
          token: bob.token,
          json: { fields: { "features.telemetry": { value: true } } },
        }),
    ],
    ["a change of the organization", () => change({ "features.telemetry": { value: true } })],
    ["another team of its member", async () => api.team(acme, "Design", [bob])],
    ["another name of its member's team", () => rename("Sales", "Partners")],
    [
      "a new API key",
      () =>
        api.call("POST", `/organizations/${acme}/secrets`, {
          token: ada.token,
          json: { name: "Production", credentials: exampleKey },
        }),
    ],
  ])("learns of %s", async (_, happens) => {
    await api.team(acme, "Sales", [bob]);
    const first = await sync();
    await happens();
    const again = await sync("", { "if-none-match": first.headers.get("etag") ?? "" });
    expect(again.status).toBe(200);
  });

  test("waits for a change at least as long as it asks for, if the deployment lets it", async () => {
    const first = await sync();
    const pauses: number[] = [];
    let happens = async () => {};
    api.world.rebind({
      syncWaitSeconds: 25,
      pause: async (ms) => {
        pauses.push(ms);
        api.world.clock.pass(ms / 1_000);
        await happens();
      },
    });
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await sync("?wait=4", headers)).status).toBe(304);
    expect(pauses).toEqual(Array.from({ length: 4 }, () => lookMs));
    happens = async () => {
      happens = async () => {};
      await change({ "features.telemetry": { value: true } });
    };
    const answer = await sync("?wait=20", headers);
    expect(answer.status).toBe(200);
    expect(valueOf(answer, "features.telemetry")).toBe(true);
    expect(pauses).toHaveLength(5);
  });

  test("has at most two requests that wait: others are answered at once, and told when to ask again", async () => {
    const headers = { "if-none-match": (await sync()).headers.get("etag") ?? "" };
    const answers: Answer[] = [];
    let open = () => {};
    const enough = new Promise<void>((resolve) => {
      open = resolve;
    });
    const ask = async (query = "?wait=20") => {
      if (answers.push(await sync(query, headers)) === 98) open();
    };
    api.world.rebind({
      syncWaitSeconds: 25,
      pause: async () => {
        await enough;
        api.world.clock.pass(20);
      },
    });
    const first = ask();
    await Promise.all([first, ...Array.from({ length: 99 }, () => ask())]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([304]));
    const polls = () => answers.map((answer) => Number(answer.headers.get("muster-poll-seconds")));
    expect(polls().filter((seconds) => seconds === 20)).toHaveLength(98);
    expect(
      polls()
        .slice(98)
        .every((seconds) => seconds > 20),
    ).toBe(true);
    answers.length = 0;
    await Promise.all([ask(), ask("")]);
    expect(polls().every((seconds) => seconds > 20)).toBe(true);
  });

  /** Lets requests of the device wait, makes a change, and returns their answers. */
  async function waitForChange(requests: number, value: boolean, more: object = {}): Promise<Answer[]> {
    const headers = { "if-none-match": (await sync()).headers.get("etag") ?? "" };
    let happens: () => Promise<unknown> = () => change({ "features.telemetry": { value } });
    const pause = async (ms: number) => {
      api.world.clock.pass(ms / 1_000);
      const once = happens;
      happens = async () => {};
      await once();
    };
    api.world.rebind({ syncWaitSeconds: 25, pause, ...more });
    return Promise.all(Array.from({ length: requests }, () => sync("?wait=25", headers)));
  }

  test("gets a change that it waited for without a count, but for deployments whose signatures have a quota", async () => {
    const counted = async () => {
      const window = Math.floor(api.world.clock.at / 1_000 / Limits.documentsPerDevice.windows[0].windowSeconds);
      const row = await api.world.table.get(rateKeys.limit("documents-per-device", device.id, window));
      return Object.entries(row ?? {}).find(([name]) => name.startsWith("w"))?.[1];
    };
    const [answer] = await waitForChange(1, true);
    expect([answer?.status, await counted()]).toEqual([200, 1]);
    const keys = newSigningKeys();
    await waitForChange(1, false, { signer: Object.assign(signerOf({ read: () => keys }), { hasQuota: () => true }) });
    expect(await counted()).toBe(3);
  });

  test("is told to come back later if many got the same change at the same moment", async () => {
    const [alone] = await waitForChange(1, true);
    expect(alone?.headers.get("muster-spread-seconds")).toBeNull();
    const many = await waitForChange(2 * wokenPerSecond, false, { limitFactor: 1_000 });
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200]));
    // those that look at their own rows and those that look at what all share see it at different moments
    const told = many.map(({ headers }) => Number(headers.get("muster-spread-seconds") ?? 0));
    expect(told.filter((seconds) => seconds > 0).length).toBeGreaterThan(1.5 * wokenPerSecond);
  });

  test("that waits looks at its own rows in each fourth look, and reads them before a change that others share", async () => {
    const first = await sync();
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const { table } = api.world;
    const looks: boolean[] = [];
    let happens = async () => {};
    api.world.rebind({
      syncWaitSeconds: 25,
      pause: async (ms) => {
        api.world.clock.pass(ms / 1_000);
        if (looks.at(-1)) await happens();
      },
      table: {
        ...table,
        getMany: async (keys: Parameters<typeof table.getMany>[0], options) => {
          looks.push(keys.some(({ sk }) => sk === device.id));
          return table.getMany(keys, options);
        },
      } as typeof table,
    });
    expect((await sync("?wait=25", headers)).status).toBe(304);
    // the first one authenticates
    const own = looks.slice(1).flatMap((isOwn, look) => (isOwn ? [look] : []));
    expect(own.length).toBeGreaterThan(4);
    expect(own.slice(1).map((look, i) => look - (own[i] ?? 0))).toEqual(
      Array.from({ length: own.length - 1 }, () => looksForOwn),
    );

    looks.length = 0;
    happens = async () => {
      if (looks.length === 1) return;
      happens = async () => {};
      await change({ "features.telemetry": { value: true } });
      await api.world.table.write(remove(memberKeys.member(acme, bob.account)));
    };
    expect(await payloadOf(await sync("?wait=25", headers))).toMatchObject({ wipe: { reason: expect.any(String) } });
  });

  test("fetches a long list in parts, known by their content", async () => {
    await change({ "websites.isManaged": { value: true }, "websites.denied": { value: websites } });
    const { parts = [], count } = deniedIn(await sync());
    expect(count).toBe(3_000);
    const texts = await Promise.all(
      parts.map(async (part) => (await api.call("GET", `/sync/lists?name=${part}`, { token: device.token })).text),
    );
    expect(texts.map((text) => hashOf(text).slice(0, 22))).toEqual(parts);
    expect(texts.flatMap((text) => JSON.parse(text) as string[]).toSorted()).toEqual(websites.toSorted());
    const [name = ""] = parts;
    const headers = { "if-none-match": `"${name}"` };
    const again = await api.call("GET", `/sync/lists?name=${name}`, { token: device.token, headers });
    expect([again.status, again.headers.get("x-settings-revision")]).toEqual([304, "1"]);
    const missing = await api.call("GET", `/sync/lists?name=${"x".repeat(22)}`, { token: device.token });
    expect(missing).toMatchObject({ status: 404, body: { code: "sync.list_missing" } });
  });

  test("gets the API keys that its member may use, sealed to it, once", async () => {
    const id = await addSecret(api.world, acme);
    const closed = await addSecret(api.world, acme);
    const team = await api.team(acme, "Design", [ada]);
    await api.world.table.write(update(secretKeys.secret(acme, closed), { set: { teams: new Set([team]) } }));
    const answer = await sync();
    const list = JSON.parse(String(answer.body.secretList)) as { id: string; version: number; hash: string }[];
    expect((await payloadOf(answer))["secrets"]).toEqual({ hash: hashOf(String(answer.body.secretList)) });
    const sealed = (answer.body.secrets as Record<string, string>)[id] ?? "";
    expect(list).toEqual([{ id, kind: "openai", name: "Production", version: 1, hash: hashOf(sealed) }]);
    expect(JSON.parse(await opened(sealed, [acme, device.id, id, 1]))).toMatchObject({ key: exampleKey.key });
    expect(answer.text).not.toContain(exampleKey.key);
    const has = await sync(`?secrets=${id}:1`);
    expect(has.body).toMatchObject({ secrets: {} });
    expect(JSON.parse(String(has.body.secretList))).toEqual([{ id, kind: "openai", name: "Production", version: 1 }]);
    const recorded = (secret: ID.ID<"secret">) =>
      api.world.table.get(
        deviceKeys.fetchedSecret({ organization: acme, account: bob.account, device: device.id, secret }),
      );
    expect(await recorded(id)).toMatchObject({ name: "Production", last4: exampleKey.key.slice(-4), version: 1 });
    expect(await recorded(closed)).toBeUndefined();
  });

  test("has the latest version of an API key recorded that it got, whichever of two requests is slower", async () => {
    const id = await addSecret(api.world, acme);
    const { table, overtake } = openInterleaving(api.world.table);
    api.world.rebind({ table });
    const versionIn = ({ body }: Answer) => JSON.parse(String(body.secretList))[0].version;
    const replaceAndSync = async () => {
      const json = { credentials: exampleKey };
      const replaced = await api.call("POST", `/organizations/${acme}/secrets/${id}/replace`, {
        token: ada.token,
        json,
      });
      expect(replaced.status).toBe(200);
      return sync();
    };
    const got = deviceKeys.fetchedSecret({ organization: acme, account: bob.account, device: device.id, secret: id });
    const [slow, fast] = await overtake(() => sync(), replaceAndSync, isRecord);
    expect([versionIn(slow), versionIn(fast)]).toEqual([1, 2]);
    expect(await api.world.table.get(got)).toMatchObject({ version: 2 });
  });

  test("shows admins when an API key was got last, to the hour, and brings no deleted key back", async () => {
    const id = await addSecret(api.world, acme);
    const fetchedAt = async () =>
      (await api.call("GET", `/organizations/${acme}/secrets/${id}`, { token: ada.token })).body["fetchedAt"];
    const get = () => sync();
    expect(await fetchedAt()).toBeUndefined();
    const first = new Date(api.world.clock.at).toISOString();
    await get();
    expect(await fetchedAt()).toBe(first);
    api.world.clock.pass(hourSeconds - 1);
    await get();
    expect(await fetchedAt()).toBe(first);
    api.world.clock.pass(1);
    await get();
    expect(await fetchedAt()).toBe(new Date(api.world.clock.at).toISOString());

    api.world.clock.pass(hourSeconds);
    const { table, overtake } = openInterleaving(api.world.table);
    api.world.rebind({ table });
    const key = secretKeys.secret(acme, id);
    await overtake(
      get,
      () => table.project([{ remove: key }]),
      ([step]) => step?.do === "update" && step.key.sk === id,
    );
    expect(await api.world.table.get(key)).toBeUndefined();
  });

  test.each([
    ["removed", async () => api.world.table.write(remove(memberKeys.member(acme, bob.account)))],
    [
      "deleted",
      async () =>
        api.world.table.write(
          update(organizationKeys.organization(acme), {
            set: { state: "deleted", deletedAt: "2026-11-24T09:00:00.000Z" },
          }),
        ),
    ],
    [
      "revoked",
      async () =>
        api.world.table.write(
          update(deviceKeys.device(bob.account, device.id), {
            set: { wipe: { reason: "revoked", at: "2026-11-24T09:00:00.000Z" } },
          }),
        ),
    ],
  ])("is told to remove everything, signed: %s", async (reason, happens) => {
    await change({ "websites.isManaged": { value: true }, "websites.denied": { value: websites } });
    const first = await sync();
    const [name = ""] = deniedIn(first).parts ?? [];
    const part = () => api.call("GET", `/sync/lists?name=${name}`, { token: device.token });
    expect((await part()).status).toBe(200);
    await happens();
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    const payload = await payloadOf(await sync(`?nonce=${nonce}`, headers));
    expect(payload).toMatchObject({ nonce, aud: device.id, wipe: { reason, at: "2026-11-24T09:00:00.000Z" } });
    expect(payload).not.toHaveProperty("sections");
    expect(await part()).toMatchObject({ status: 404, body: { code: "sync.list_missing" } });
  });

  test("of a suspended organization keeps what it has, and gets no API key and no first document", async () => {
    const secret = await addSecret(api.world, acme);
    const first = await sync();
    const { sections } = await payloadOf(first);
    const have = Object.entries(sections as Record<string, { hash: string }>).map(
      ([name, { hash }]) => `${name}:${hash}`,
    );
    const etag = first.headers.get("etag") ?? "";
    await asSystem("operator", () => Operator.suspend({ organization: acme }));
    const suspended = { status: 409, body: { code: "sync.suspended" } };
    expect(await sync()).toMatchObject(suspended);
    expect(await sync("?have=")).toMatchObject(suspended);
    expect(await sync("", { "if-none-match": etag })).toMatchObject({ status: 304 });
    // what it lacks is not in its list, and its settings are signed again
    const without = await sync(`?have=${have.join()}&secrets=${secret}:0`);
    expect(without).toMatchObject({ status: 200, body: { document: expect.any(String), sections: {}, secrets: {} } });
    expect(JSON.parse(String(without.body.secretList))).toEqual([]);
    const again = await sync(`?have=${have.join()}&secrets=${secret}:1`);
    expect(again).toMatchObject({ status: 200, body: { sections: {}, secrets: {} } });
    await asSystem("operator", () => Operator.reactivate({ organization: acme }));
    expect(await sync()).toMatchObject({ status: 200, body: { secrets: { [secret]: expect.any(String) } } });
  });

  test("is told so, signed, when its organization was erased for good while it was offline", async () => {
    const etag = (await sync()).headers.get("etag") ?? "";
    await api.world.table.write(
      remove(deviceKeys.device(bob.account, device.id)),
      remove(memberKeys.member(acme, bob.account)),
      remove(organizationKeys.organization(acme)),
    );
    expect(await sync("?wait=25", { "if-none-match": etag })).toMatchObject({ status: 401 });
    const [deletedAt, at] = ["2026-10-20T09:00:00.000Z", "2026-11-20T09:00:00.000Z"];
    const organizationRow = { ...Organization.newRow(acme, "Acme"), deletedAt };
    await api.world.table.write(reporting(organizationRow, { begunAt: at, counts: {} }));
    const payload = await payloadOf(await sync(`?wait=25&nonce=${nonce}`, { "if-none-match": etag }));
    expect(payload).toMatchObject({ nonce, aud: device.id, sub: bob.account, organization: acme });
    expect(await sync("?nonce=no")).toMatchObject({ status: 400 });
    expect(payload).toMatchObject({ wipe: { reason: "deleted", at: deletedAt } });
  });

  const ofOrganization = Limits.wipesPerOrganization.windows[0].quota - 2;
  test.each([
    ["network", 0, Limits.wipesPerNetwork.windows[0].quota, () => "203.0.113.7"],
    ["organization", ofOrganization, 2, (n: number) => `10.0.${n}.1`],
  ])(
    "of an erased organization is told so at most so often for one %s, whatever device it says it is",
    async (_, before, left, ip) => {
      const at = "2026-11-20T09:00:00.000Z";
      const organization = ID.create("organization");
      await api.world.table.write(reporting(Organization.newRow(organization, "Acme"), { begunAt: at, counts: {} }));
      const ask = (n: number) =>
        wipeErased({ account: bob.account, organization, device: ID.create("device") }, { ip: ip(n) }, undefined);
      const take = () => Windows.takeMany(before, Limits.wipesPerOrganization, organization);
      if (before > 0) await api.world.as(bob, take);
      for (let n = 0; n < left; n++) await api.world.as(bob, () => ask(n));
      await expect(api.world.as(bob, () => ask(left))).rejects.toMatchObject({ code: "rate.limited" });
    },
  );

  test("is not let in with a superseded token when it is gone before it can be revoked for that", async () => {
    const key = deviceKeys.device(bob.account, device.id);
    const superseded = { previousToken: sha256(device.token), token: sha256("its successor") };
    await api.world.table.write(update(key, { set: superseded }));
    const { table, overtake } = openInterleaving(api.world.table);
    api.world.rebind({ table });
    const [answer] = await overtake(
      () => sync(),
      () => table.write(remove(key)),
    );
    expect(answer).toMatchObject({ status: 401, body: { code: "actor.unauthenticated" } });
  });

  test("is told nothing if it is unknown, and its organization is there, or never was", async () => {
    const account = ID.create("account");
    for (const organization of [acme, ID.create("organization")]) {
      const token = Token.derive({ account, organization, device: ID.create("device") }, "made up");
      expect(await sync("", {}, token)).toMatchObject({ status: 401, body: { code: "actor.unauthenticated" } });
    }
  });
});

describe("a device whose member is removed while it fetches an API key", () => {
  /** Runs something before or after what a device gets is recorded. */
  async function during(happens: () => Promise<unknown>, moment: "before" | "after"): Promise<Answer> {
    const { table } = api.world;
    const write: typeof table.write = async (...steps) => {
      if (isRecord(steps) && moment === "before") await happens();
      await table.write(...steps);
      if (isRecord(steps) && moment === "after") await happens();
    };
    api.world.rebind({ table: { ...table, write } });
    const answer = await sync(`?nonce=${nonce}`);
    api.world.rebind({ table });
    return answer;
  }
  /** Removes the member, and records the departure at once. */
  async function depart(): Promise<void> {
    const { items: before } = await api.world.table.query(kernelKeys.log(acme));
    await api.call("DELETE", `/organizations/${acme}/members/${bob.account}`, { token: ada.token });
    await asSystem("follow", () => Audit.follow({ owner: acme }));
    const { items } = await api.world.table.query({ ...kernelKeys.log(acme), to: "9" });
    const removed = items.slice(before.length).map(Audit.announcement);
    for (const event of removed) if (event?.type === "member.removed") await asSystem("work", () => react(event));
  }

  test.each(["before", "after"] as const)("gets none that the departure does not list: %s", async (moment) => {
    const secret = await addSecret(api.world, acme);
    const answer = await during(depart, moment);
    const { items } = await api.world.table.query(departureKeys.departures(acme));
    expect(items).toMatchObject([{ account: bob.account, devices: [device.id] }]);
    expect(answer.body).not.toHaveProperty("secrets");
    expect(await payloadOf(answer)).toMatchObject({ wipe: { reason: "removed" }, nonce });
    const listed = Object.keys(items[0]?.secrets ?? {});
    expect(listed).toEqual(moment === "before" ? [] : [secret]);
  });

  test("finds what it got before on the list", async () => {
    const secret = await addSecret(api.world, acme);
    expect((await sync()).body).toMatchObject({ secrets: { [secret]: expect.any(String) } });
    await depart();
    const { items } = await api.world.table.query(departureKeys.departures(acme));
    expect(items).toMatchObject([{ account: bob.account, secrets: { [secret]: 1 } }]);
  });
});

async function opened(sealed: string, aad: unknown[]): Promise<string> {
  const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const bytes = (text: string) => new TextEncoder().encode(text).buffer;
  const d = String(device.sealing.privateKey.export({ format: "jwk" }).d);
  const recipientKey = await suite.kem.deserializePrivateKey(new Uint8Array(Buffer.from(d, "base64url")).buffer);
  const raw = Buffer.from(sealed, "base64url");
  const enc = new Uint8Array(raw.subarray(0, 32)).buffer;
  const recipient = await suite.createRecipientContext({ recipientKey, enc, info: bytes("muster secret v1") });
  return Buffer.from(
    await recipient.open(new Uint8Array(raw.subarray(32)).buffer, bytes(JSON.stringify(aad))),
  ).toString();
}

describe("a receipt", () => {
  const receipt = (more: Record<string, unknown> = {}, by = device) => receiptOf(device, more, by);
  const report = (...receipts: string[]) =>
    api.call("POST", "/sync/receipts", { token: device.token, json: { receipts } });
  const shown = () => api.world.table.get(deviceKeys.organizationDevice(acme, device.id));

  test("says what is in force, whatever order and however often it arrives", async () => {
    const [one, two, three] = [
      receipt({ state: "fetched" }),
      receipt({ seq: 2, state: "applied" }),
      receipt({
        seq: 3,
        section: "models",
        state: "refused",
        code: "needs_restart",
        message: "Restart.",
        key: "models.allowed",
      }),
    ] as [string, string, string];
    expect((await report(two, one)).body).toMatchObject({ received: 2, rejected: [] });
    expect((await report(one)).body).toMatchObject({ received: 2, rejected: [] });
    expect((await report(three, two, three)).body).toMatchObject({ received: 3, receivedBefore: 2, rejected: [] });
    expect(await shown()).toMatchObject({
      appVersion: "1.1.0",
      report: {
        seq: 3,
        sections: {
          features: { state: "applied", revision: 0 },
          models: { state: "refused", code: "needs_restart", message: "Restart.", key: "models.allowed" },
        },
      },
    });
    const { items } = await api.world.table.query({ ...deviceKeys.receipts(device.id), limit: 10 });
    expect(items.map((row) => row.receipt)).toEqual([one, two, three]);
  });

  test("says why without the colors of a terminal, and without half a character", async () => {
    const refused = (message: string) => receipt({ state: "refused", code: "needs_restart", message });
    await report(refused("\u001b[31mRestart\u0000.\u001b[0m \ud83d"));
    const message = "[31mRestart.[0m \ufffd";
    expect(await shown()).toMatchObject({ report: { sections: { features: { message } } } });
  });

  test("that is not the device's own, or of nothing that exists, is not taken, and the others are", async () => {
    const stranger = await linkDevice(api.world, { account: bob.account, organization: acme });
    const answer = await report(
      receipt({}, stranger),
      receipt({ device: stranger.id }),
      receipt({ revision: 1 }),
      receipt({ state: "done" }),
      receipt({ seq: 7 }),
    );
    expect(answer.body).toMatchObject({
      received: 7,
      receivedBefore: 0,
      rejected: [
        { index: 0, reason: "signature" },
        { index: 1, reason: "foreign" },
        { index: 2, reason: "revision" },
        { index: 3, reason: "shape" },
      ],
    });
  });

  test("is about a document that the device got at that revision, and no other", async () => {
    const { document: first } = await payloadOf(await sync());
    const revision = await change({ "features.telemetry": { value: true } });
    const { document } = await payloadOf(await sync());
    const other = await linkDevice(api.world, { account: bob.account, organization: acme });
    const { document: others } = await payloadOf(await sync("", {}, other.token));
    const answer = await report(
      receipt({ seq: 1, document: first }),
      receipt({ seq: 2, revision, document }),
      receipt({ seq: 3, revision, document: "d".repeat(43) }),
      receipt({ seq: 4, revision, document: others }),
      receipt({ seq: 5, revision, document: first }),
      receipt({ seq: 6, revision, document, heldBack: 1 }),
      receipt({ seq: 7, revision, document: "", state: "refused", section: "device" }),
    );
    const rejected = [2, 3, 4, 5, 6].map((index) => ({ index, reason: "document" }));
    expect(answer.body).toMatchObject({ received: 2, rejected });
    expect(await shown()).toMatchObject({ report: { document, sections: { features: { revision } } } });
  });

  test("names the same document after the operator has rotated the pepper", async () => {
    const { document } = await payloadOf(await sync());
    const pepper = "a pepper for tests only, with 32 characters or more";
    const previous = { value: pepper, usedUntil: "2026-11-24T09:10:00.000Z", validUntil: "2027-02-22T09:00:00.000Z" };
    api.world.rebind({ pepper: () => ({ current: "another", previous }) });
    api.world.clock.pass(hourSeconds);
    expect((await report(receipt({ document }))).body).toMatchObject({ received: 1, rejected: [] });
  });

  test("of a device whose member was removed is taken only if it says that all is removed", async () => {
    await api.call("DELETE", `/organizations/${acme}/members/${bob.account}`, { token: ada.token });
    const answer = await report(
      receipt({ seq: 1, state: "enforced" }),
      receipt({ seq: 2, section: "device", state: "wiped" }),
    );
    expect(answer.body).toMatchObject({ received: 2, rejected: [{ index: 0, reason: "wiping" }] });
  });

  const listed = async () => {
    const { body } = await api.call("GET", `/organizations/${acme}/devices`, { token: ada.token });
    return (body.items as { id: string; status: string }[]).find(({ id }) => id === device.id)?.status;
  };

  test("of every section lets owners and admins see that the settings are in force", async () => {
    const states = ["models", "sources", "websites", "features"].map((section, i) => receipt({ seq: i + 1, section }));
    await report(...states.slice(0, 3));
    expect(await listed()).toBe("behind");
    const answer = await report(...states);
    expect(answer.headers.get("x-settings-revision")).toBe("0");
    expect(await listed()).toBe("in_force");
    await change({ "features.telemetry": { value: true } });
    expect(await listed()).toBe("behind");
    api.world.clock.pass(4 * 86_400);
    expect(await listed()).toBe("unreachable");
  });

  test("remembers since when its last 8 revisions are in force as a whole", async () => {
    const history = async () => (await shown())?.report?.history;
    let seq = 0;
    const enforce = (revision: number, sections = ["features", "models", "sources", "websites"], more = {}) =>
      report(...sections.map((section) => receipt({ seq: ++seq, section, revision, ...more })));
    await enforce(0, ["features", "models"]);
    expect(await history()).toEqual([]);
    const start = api.world.clock.at / 1_000;
    await enforce(0, ["sources", "websites"]);
    expect(await history()).toEqual([[0, start]]);
    for (let revision = 1; revision <= 9; revision++) {
      await change({ "features.telemetry": { value: revision % 2 === 0 } });
      api.world.clock.pass(60);
      await enforce(revision);
      await enforce(revision);
    }
    expect(await history()).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((revision) => [revision, start + revision * 60]));
    await enforce(9, ["features"], { state: "refused", code: "blocked_by_system" });
    expect((await history())?.at(-1)).toEqual([8, start + 8 * 60]);
  });

  describe("as owners and admins read them", () => {
    const path = () => `/organizations/${acme}/devices/${device.id}/receipts`;
    const read = async (token = ada.token) => api.call("GET", path(), { token });

    test("come newest first, and are verified", async () => {
      const sent = await report(
        receipt(),
        receipt({ seq: 2, state: "refused", code: "needs_restart", message: "Restart.", key: "models.allowed" }),
      );
      expect(sent.body).toMatchObject({ received: 2, rejected: [] });
      const { body } = await read();
      expect(body.items).toMatchObject([
        {
          seq: 2,
          state: "refused",
          code: "needs_restart",
          message: "Restart.",
          key: "models.allowed",
          signature: "valid",
        },
        { seq: 1, state: "enforced", section: "features", revision: 0, app: "muster-agent", platform: "linux" },
      ]);
      const { body: other } = await api.call("GET", path(), { token: bob.token });
      expect(other.code).toBe("actor.forbidden");
    });

    test("are shown as not signed by the device, or as what cannot be verified anymore", async () => {
      await report(receipt());
      const stranger = await linkDevice(api.world, { account: bob.account, organization: acme });
      const row = { organization: acme, receivedAt: "2026-11-24T09:00:00.000Z" };
      await api.world.table.write(
        put(deviceKeys.receipt(device.id, 2), { ...row, receipt: receiptOf(stranger, { seq: 2, state: "done" }) }),
        put(deviceKeys.receipt(device.id, 3), { ...row, receipt: "nonsense" }),
      );
      expect((await read()).body.items).toMatchObject([
        { seq: 3, signature: "invalid", section: "unknown" },
        { seq: 2, signature: "invalid", state: "unknown" },
        { seq: 1, signature: "valid" },
      ]);
      await api.world.table.write(remove(deviceKeys.device(device.account, device.id)));
      expect((await read()).body.items).toMatchObject([{ seq: 3 }, { seq: 2 }, { seq: 1, signature: "no_key" }]);
    });

    test("come in pages", async () => {
      await report(...Array.from({ length: 50 }, (_, i) => receipt({ seq: i + 1 })));
      await report(receipt({ seq: 51 }));
      const { body } = await read();
      const cursor = encodeURIComponent(String(body.next));
      const next = await api.call("GET", `${path()}?cursor=${cursor}`, { token: ada.token });
      const seqs = [body, next.body].map(({ items }) => (items as { seq: number }[]).map(({ seq }) => seq));
      expect(seqs).toEqual([Array.from({ length: 50 }, (_, i) => 51 - i), [1]]);
    });

    test("of a device of another organization are missing", async () => {
      const other = await api.organization(ada, "Other");
      const answer = await api.call("GET", path().replace(acme, other), { token: ada.token });
      expect(answer.body.code).toBe("device.missing");
    });
  });

  test("that refuses a whole document shows until something is applied", async () => {
    await report(receipt({ section: "device", state: "refused", code: "version_too_old" }));
    expect(await listed()).toBe("refused");
    await report(receipt({ seq: 2, state: "applied" }));
    expect(await listed()).toBe("behind");
  });

  test("with a number that no key has room for is not taken", async () => {
    expect((await report(receipt({ seq: 1e300 }))).body).toMatchObject({
      received: 0,
      rejected: [{ index: 0, reason: "shape" }],
    });
  });

  test("of a device that was unlinked on its own gives its place back", async () => {
    const count = async () => (await api.world.table.get(memberKeys.member(acme, bob.account)))?.devices;
    expect(await count()).toBe(1);
    await report(receipt({ section: "device", state: "wiped" }));
    expect(await count()).toBe(0);
  });

  test("confirms a wipe", async () => {
    await api.world.table.write(remove(memberKeys.member(acme, bob.account)));
    expect((await report(receipt({ section: "device", state: "wiped" }))).status).toBe(200);
    expect(await shown()).toMatchObject({ wipedAt: "2026-11-24T09:00:00.000Z" });
    // its token has ended
    expect((await report(receipt({ section: "device", state: "wiped" }))).status).toBe(401);
    const { items } = await api.world.table.query({ ...kernelKeys.outbox(acme), limit: 10 });
    expect(items.map(({ type }) => type)).toContain("device.wiped");
  });

  test("of ten requests at once is taken whole", async () => {
    const all = Array.from({ length: 10 }, (_, i) => receipt({ seq: i + 1, section: i % 2 ? "models" : "sources" }));
    const answers = await Promise.all(all.map((one) => report(one)));
    for (const { status } of answers) expect([200, 409]).toContain(status);
    await report(...all);
    expect((await shown())?.report?.seq).toBe(10);
  });
});
