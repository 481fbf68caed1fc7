import type { ID } from "@muster/core/base/id.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import type { Rollout } from "@muster/core/rollout/row.ts";
import { waveOf } from "@muster/core/rollout/wave.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { remove, update } from "@muster/core/table/table.ts";
import { linkDevice, type TestDevice } from "@muster/local/testing/fixtures/devices.ts";
import { receiptOf } from "@muster/local/testing/fixtures/sync.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";

let api: TestApi;
let ada: Person;
let acme: ID<"organization">;
let design: ID<"team">;
let first: TestDevice;
let later: TestDevice;
beforeEach(async () => {
  api = await openApi();
  ada = await api.stranger();
  acme = await api.organization(ada);
  const [bob, eve] = [await api.member(acme, "read"), await api.member(acme, "read")];
  design = await api.team(acme, "Design", [bob]);
  first = await linkDevice(api.world, { account: bob.account, organization: acme });
  later = await linkDevice(api.world, { account: eve.account, organization: acme });
});

const sync = ({ token }: TestDevice, headers = {}) => api.call("GET", "/sync", { token, headers });
const payloadOf = ({ body }: Answer) =>
  JSON.parse(Buffer.from(String(body.document).split(".")[1] ?? "", "base64url").toString()) as {
    document: string;
    revision: number;
    heldBack?: number;
  };
const valueOf = (answer: Answer, key: string) => {
  const texts = answer.body.sections as Record<string, string>;
  const fields = JSON.parse(texts[key.split(".")[0] ?? ""] ?? "{}") as Record<string, { value?: unknown }>;
  return fields[key]?.value;
};
const organization = () => api.world.table.get(organizationKeys.organization(acme));

async function change(fields: object, more: object = {}): Promise<number> {
  const revision = (await organization())?.revision;
  const json = { revision, fields, ...more };
  const answer = await api.call("PATCH", `/organizations/${acme}/settings`, { token: ada.token, json });
  expect(answer.status).toBe(200);
  return Number(answer.body.revision);
}

/** Lets a revision reach the team Design first. */
async function rollOut(revision: number, more: Partial<Rollout> = {}): Promise<void> {
  const at = "2026-11-24T09:00:00.000Z";
  const rollout: Rollout = {
    revision,
    by: ada.account,
    at,
    fields: [],
    waves: [{ teams: [design] }],
    wave: 1,
    waveAt: at,
    share: 90,
    maxRefused: 5,
    silenceHours: 24,
    state: "running",
    ...more,
  };
  await api.world.table.write(update(organizationKeys.organization(acme), { set: { rollout } }));
}

test("a device whose wave has not begun gets everything but the rollout, and is told so, signed", async () => {
  await change({ "features.telemetry": { value: false, isLocked: true } }, { openToTeams: ["features.telemetry"] });
  const revision = await change({ "features.telemetry": { value: true, isLocked: true } }, { openToTeams: [] });
  await rollOut(revision);
  const newest = await change({ "features.internalSummaryReports": { value: false, isLocked: true } });
  const [released, waits] = [await sync(first), await sync(later)];
  expect(payloadOf(released)).toMatchObject({ revision: newest });
  expect(payloadOf(released)).not.toHaveProperty("heldBack");
  expect(valueOf(released, "features.telemetry")).toBe(true);
  expect(payloadOf(waits)).toMatchObject({ revision: newest, heldBack: revision });
  expect(valueOf(waits, "features.telemetry")).toBe(false);
  expect(valueOf(waits, "features.internalSummaryReports")).toBe(false);
});

test("a device learns that its wave has begun, and is asked for nothing more when all is released", async () => {
  const revision = await change({ "features.telemetry": { value: true, isLocked: true } });
  await rollOut(revision);
  const before = { released: await sync(first), waits: await sync(later) };
  const since = ({ headers }: Answer) => ({ "if-none-match": headers.get("etag") ?? "" });
  expect((await sync(later, since(before.waits))).status).toBe(304);
  await rollOut(revision, { wave: 2 });
  const after = await sync(later, since(before.waits));
  expect(after.status).toBe(200);
  expect(payloadOf(after).document).not.toBe(payloadOf(before.waits).document);
  expect(valueOf(after, "features.telemetry")).toBe(true);
  await api.world.table.write(update(organizationKeys.organization(acme), { unset: ["rollout"] }));
  expect((await sync(later, since(after))).status).toBe(304);
  expect((await sync(first, since(before.released))).status).toBe(304);
});

test("what a team overrides waits as well", async () => {
  await change({}, { openToTeams: ["features.telemetry"] });
  const json = {
    revision: (await organization())?.revision,
    fields: { "features.telemetry": { value: true, isLocked: true } },
  };
  const saved = await api.call("PATCH", `/organizations/${acme}/settings/teams/${design}`, { token: ada.token, json });
  expect(saved.status).toBe(200);
  await rollOut(Number(saved.body.revision), { waves: [{ percent: 0 }] });
  expect(valueOf(await sync(first), "features.telemetry")).toBe(false);
  await rollOut(Number(saved.body.revision));
  expect(valueOf(await sync(first), "features.telemetry")).toBe(true);
});

test("a device gets nothing if it is not known what it would be without", async () => {
  const revision = await change({ "features.telemetry": { value: true } });
  await rollOut(revision);
  await api.world.table.write(remove(settingKeys.revision(acme, revision)));
  expect(await sync(later)).toMatchObject({ status: 503, body: { code: "row.unreadable" } });
  expect((await sync(first)).status).toBe(200);
});

test("a rollout that starts while a document is made does not reach a device before its wave", async () => {
  const { table } = api.world;
  const revision = Number((await organization())?.revision) + 1;
  let isSaved = false;
  api.world.rebind({
    table: {
      ...table,
      getMany: async (keys: Parameters<typeof table.getMany>[0]) => {
        const isOfSections = keys.some(({ sk }) => sk === "now#features") && !keys.some(({ sk }) => sk === "#org");
        if (isOfSections && !isSaved) {
          isSaved = true;
          await change({ "features.telemetry": { value: true, isLocked: true } });
          await rollOut(revision);
        }
        return table.getMany(keys);
      },
    } as typeof table,
  });
  const answer = await sync(later);
  expect(isSaved).toBe(true);
  expect(payloadOf(answer)).toMatchObject({ revision, heldBack: revision });
  expect(valueOf(answer, "features.telemetry")).toBe(false);
});

test("a list shows which devices wait, and which have it in force", async () => {
  const revision = await change({ "features.telemetry": { value: true, isLocked: true } });
  await rollOut(revision);
  const statuses = async () => {
    const { body } = await api.call("GET", `/organizations/${acme}/devices`, { token: ada.token });
    const all = body.items as { id: string; status: string }[];
    return Object.fromEntries(all.map(({ id, status }) => [id === first.id ? "first" : "later", status]));
  };
  const report = async (device: TestDevice, more: object) => {
    const sections = ["features", "models", "sources", "websites"];
    const receipts = sections.map((section, i) => receiptOf(device, { seq: i + 1, section, revision, ...more }));
    const answer = await api.call("POST", "/sync/receipts", { token: device.token, json: { receipts } });
    expect(answer.body).toMatchObject({ rejected: [] });
  };
  expect(await statuses()).toEqual({ first: "behind", later: "behind" });
  await report(first, {});
  await report(later, { heldBack: revision });
  expect(await statuses()).toEqual({ first: "in_force", later: "waiting" });
  const one = await api.call("GET", `/organizations/${acme}/devices/${later.id}`, { token: ada.token });
  expect(one.body).toMatchObject({ status: "waiting", report: { sections: { features: { heldBack: revision } } } });
  await rollOut(revision, { wave: 2 });
  expect(await statuses()).toEqual({ first: "in_force", later: "behind" });
});

test("a device is held back by its share of all devices, too", async () => {
  const revision = await change({ "features.telemetry": { value: true, isLocked: true } });
  for (const percent of [20, 40, 60, 80]) {
    const waves = [{ percent }];
    await rollOut(revision, { waves });
    for (const device of [first, later]) {
      const isReleased = waveOf({ revision, waves, wave: 1 }, { sk: device.id }, undefined) === 1;
      expect(payloadOf(await sync(device)).heldBack).toBe(isReleased ? undefined : revision);
    }
  }
});

test("a device that a rollout has reached wakes its check when it has the change in force or refuses it, nobody else", async () => {
  const revision = await change({ "features.telemetry": { value: true, isLocked: true } });
  const job = { job: "checkRollout", organization: acme };
  let seq = 0;
  const woken = async (device: TestDevice, said: Record<string, unknown>) => {
    // once for all receipts of some seconds
    api.world.clock.pass(60);
    api.world.queued.work.length = 0;
    const receipts = [receiptOf(device, { seq: ++seq, revision, section: "features", ...said })];
    const answer = await api.call("POST", "/sync/receipts", { token: device.token, json: { receipts } });
    expect(answer.body.received).toBe(seq);
    return [...api.world.queued.work];
  };
  expect(await woken(first, { state: "enforced" })).toEqual([]);
  await rollOut(revision);
  expect(await woken(first, { state: "applied" })).toEqual([]);
  expect(await woken(first, { state: "enforced", revision: revision - 1 })).toEqual([]);
  expect(await woken(first, { state: "enforced" })).toEqual([job]);
  expect(await woken(first, { state: "refused", code: "other" })).toEqual([job]);
  expect(await woken(later, { state: "enforced", heldBack: revision })).toEqual([]);
});
