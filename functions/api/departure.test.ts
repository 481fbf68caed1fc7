import { createHash, createPublicKey, verify } from "node:crypto";
import { erase } from "@muster/core/account/erase.ts";
import * as Audit from "@muster/core/audit/audit.ts";
import type { ID } from "@muster/core/base/id.ts";
import { react } from "@muster/core/departure/record.ts";
import { deviceKeys } from "@muster/core/device/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { kernelKeys } from "@muster/core/kernel/keys.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { remove, update } from "@muster/core/table/table.ts";
import { fetchSecret } from "@muster/local/testing/fixtures/departures.ts";
import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { addSecret, exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { receiptOf } from "@muster/local/testing/fixtures/sync.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { type Person, siteUrl } from "@muster/local/testing/worlds/world.ts";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { beforeEach, describe, expect, test } from "vitest";

let api: TestApi;
let ada: Person;
let bob: Person;
let acme: ID<"organization">;
let device: TestDevice;
let secret: ID<"secret">;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
  acme = await api.organization(ada);
  bob = await api.member(acme, "read");
  device = await linkDevice(api.world, { account: bob.account, organization: acme });
  secret = await addSecret(api.world, acme);
  await fetchSecret(api.world, device, { id: secret });
});

/** Removes a member, and returns the id of the departure. */
async function depart(): Promise<string> {
  await api.call("DELETE", `/organizations/${acme}/members/${bob.account}`, { token: ada.token });
  await asSystem("follow", () => Audit.follow({ owner: acme }));
  const { items } = await api.world.table.query({ ...kernelKeys.log(acme), to: "9" });
  for (const event of items.map(Audit.announcement)) {
    if (event?.type === "member.removed") await asSystem("work", () => react(event));
  }
  const { body } = await api.call("GET", `/organizations/${acme}/departures`, { token: ada.token });
  return String((body.items as { id: string }[])[0]?.id);
}
const get = (path: string, token = ada.token, organization: string = acme) =>
  api.call("GET", `/organizations/${organization}/departures/${path}`, { token });

type Signed = { certificate: string; signature: string };
type Certified = { devices: Record<string, unknown>[]; secrets: Record<string, unknown>[] } & Record<string, unknown>;
const hashOf = (text: string) => createHash("sha256").update(text).digest("base64url");
const keySet = async () =>
  (await api.call("GET", "/sync/keys")).body as unknown as JSONWebKeySet & { keys: { kid: string; x: string }[] };

/** Checks a certificate by OpenSSL, and returns what it says; nothing if it is not genuine. */
async function opened({ certificate, signature }: Signed): Promise<Certified | undefined> {
  const [head = "", body = "", mac = ""] = signature.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  const { kid, typ } = read(head);
  const x = (await keySet()).keys.find((one) => one.kid === kid)?.x ?? "";
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const isGenuine = verify(null, Buffer.from(`${head}.${body}`), key, Buffer.from(mac, "base64url"));
  const { iss, sub, organization, hash } = read(body);
  const isAbout = typ === "muster-departure+jwt" && iss === siteUrl && hash === hashOf(certificate);
  const said = JSON.parse(certificate) as Certified;
  const isSame = said["departure"] === sub && (said["organization"] as { id: string }).id === organization;
  return isGenuine && isAbout && isSame ? said : undefined;
}
async function certified(departure: string): Promise<Certified> {
  const answer = await get(`${departure}/certificate`);
  expect(answer.status).toBe(200);
  const said = await opened(answer.body as Signed);
  expect(said).toBeDefined();
  return said as Certified;
}
const report = () =>
  api.call("POST", "/sync/receipts", {
    token: device.token,
    json: { receipts: [receiptOf(device, { section: "device", state: "wiped" })] },
  });

describe("the certificate of a departure", () => {
  test("says what ended, what is not confirmed, and which keys are still the same, until that changes", async () => {
    const departure = await depart();
    const before = await certified(departure);
    expect(before).toMatchObject({
      departure,
      organization: { id: acme, name: "Acme" },
      person: { account: bob.account, isMember: false },
      reason: "removed",
      endedBy: ada.account,
      endedAt: "2026-11-24T09:00:00.000Z",
      devices: [{ id: device.id, wipe: "not_confirmed", contactAt: "2026-11-24T09:00:00.000Z" }],
      secrets: [{ id: secret, state: "same", fetched: [{ device: device.id, version: 1 }] }],
    });
    expect(before.devices[0]).not.toHaveProperty("wipedAt");
    api.world.clock.pass(60);
    const path = `/organizations/${acme}/secrets/${secret}/replace`;
    await api.call("POST", path, { token: ada.token, json: { credentials: exampleKey } });
    await report();
    api.world.clock.pass(60);
    expect(await certified(departure)).toMatchObject({
      issuedAt: "2026-11-24T09:02:00.000Z",
      devices: [{ wipe: "confirmed", wipedAt: "2026-11-24T09:01:00.000Z" }],
      secrets: [{ state: "replaced", replacedAt: "2026-11-24T09:01:00.000Z" }],
    });
  });

  test("says of a device what it confirms that ended before it had a row for departures", async () => {
    const departure = await depart();
    const { table } = api.world;
    const [listed, ended] = [deviceKeys.organizationDevice(acme, device.id), deviceKeys.endedDevice(acme, device.id)];
    const wipe = { reason: "removed" as const, at: "2026-11-24T09:00:00.000Z" };
    const known = (await table.get(ended))?.departure;
    await table.write(
      remove(ended),
      update(deviceKeys.device(bob.account, device.id), { set: { wipe } }),
      update(listed, { set: { wipe, departure: known } }),
    );
    expect((await certified(departure)).devices).toMatchObject([{ id: device.id, wipe: "not_confirmed" }]);
    api.world.clock.pass(60);
    await report();
    const wipedAt = "2026-11-24T09:01:00.000Z";
    expect((await certified(departure)).devices).toMatchObject([{ id: device.id, wipe: "confirmed", wipedAt }]);
    expect(await table.get(ended)).toMatchObject({ account: bob.account, departure, wipe, wipedAt });
    expect((await table.get(listed))?.ttl).toBeGreaterThan(0);
  });

  test("names no device as its member did once their account is erased, nor does anything else", async () => {
    const own = { account: bob.account, organization: acme, name: "Grace’s secret laptop" };
    device = await linkDevice(api.world, own);
    await linkDevice(api.world, { ...own, platform: "macos" });
    const departure = await depart();
    await report();
    expect(await api.world.table.get(deviceKeys.device(bob.account, device.id))).toBeUndefined();
    expect(JSON.stringify(await certified(departure))).toContain("Grace");
    await api.call("POST", "/account/deletion", { token: bob.token, json: { email: bob.email } });
    for (let n = 0; n < 2; n++) await asSystem("work", () => erase({ job: "erase", account: bob.account }));
    expect(JSON.stringify(await api.world.rows.scan())).not.toContain("Grace");
    const names = ["A Linux computer", "A Linux computer", "A Mac"];
    expect((await certified(departure)).devices.map(({ name }) => name)).toEqual(names);
    const named = { devices: names.map((name) => ({ name })) };
    expect((await get(departure)).body).toMatchObject(named);
    const list = await api.call("GET", `/organizations/${acme}/devices`, { token: ada.token });
    expect(list.body).toMatchObject({ items: named.devices });
  });

  test("claims no wipe that the device has not signed", async () => {
    const departure = await depart();
    await api.call("GET", "/sync", { token: device.token });
    const stranger = await linkDevice(api.world, { account: ada.account, organization: acme });
    const forged = receiptOf(device, { section: "device", state: "wiped" }, stranger);
    await api.call("POST", "/sync/receipts", { token: device.token, json: { receipts: [forged] } });
    expect((await certified(departure)).devices).toMatchObject([{ wipe: "not_confirmed" }]);
    await report();
    expect((await certified(departure)).devices).toMatchObject([{ wipe: "confirmed" }]);
  });

  test("is checked by jose in five lines, as docs/departures.md shows", async () => {
    const { certificate, signature } = (await get(`${await depart()}/certificate`)).body as Signed;
    const keys = createLocalJWKSet(await keySet());
    const options = { issuer: siteUrl, typ: "muster-departure+jwt", algorithms: ["EdDSA"] };
    const { payload } = await jwtVerify(signature, keys, { ...options, currentDate: new Date(api.world.clock.at) });
    expect(payload["hash"]).toBe(hashOf(certificate));
  });

  test("is not genuine with another text, of another departure, or with the signature of something else", async () => {
    const departure = await depart();
    const signed = (await get(`${departure}/certificate`)).body as Signed;
    expect(await opened(signed)).toBeDefined();
    expect(await opened({ ...signed, certificate: signed.certificate.replace("same", "replaced") })).toBeUndefined();
    const { body } = await api.call("GET", "/sync", { token: device.token });
    expect(await opened({ ...signed, signature: String(body.document) })).toBeUndefined();
  });

  test("is of the organization that asks, and missing for another", async () => {
    const departure = await depart();
    const eve = await api.stranger();
    const other = await api.organization(eve, "Other");
    for (const path of [departure, `${departure}/certificate`]) {
      expect(await get(path, eve.token, other)).toMatchObject({ status: 404, body: { code: "departure.missing" } });
      expect(await get(path, eve.token)).toMatchObject({ status: 404, body: { code: "organization.missing" } });
      expect(await get(path, device.token)).toMatchObject({ status: 403, body: { code: "actor.credential_refused" } });
    }
  });

  test(`is answered ${Limits.certificates.windows[0].quota} times an hour`, async () => {
    const departure = await depart();
    for (let n = 0; n < Limits.certificates.windows[0].quota; n++) await get(`${departure}/certificate`);
    expect(await get(`${departure}/certificate`)).toMatchObject({ status: 429, body: { code: "rate.limited" } });
    expect((await get(departure)).status).toBe(200);
  });
});
