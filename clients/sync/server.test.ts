import { readdir } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { daySeconds } from "@muster/core/base/duration.ts";
import { deviceKeys } from "@muster/core/device/keys.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { openApi } from "@muster/local/testing/worlds/api.ts";
import { expect, test } from "vitest";
import { start } from "./client.ts";
import type { Handlers } from "./events.ts";
import { atEnd, emptyFolder, stillClock } from "./fixture.testing.ts";
import { type Code, link, linkWithBrowser } from "./link.ts";
import type { System } from "./system.ts";

// The client with the server of this repository, on one clock.

const app = { app: "Example", appVersion: "1.2.3", platform: "linux" as const };
const server = "https://muster.example";

async function organization() {
  const api = await openApi();
  const { clock } = api.world;
  const timers = stillClock(() => Promise.reject(new Error("No network.")));
  let requests = 0;
  const system: System = {
    ...timers,
    now: () => clock.at,
    fetch: async (url, { method = "GET", headers, body }) => {
      const sent = {
        headers: Object.fromEntries(new Headers(headers)),
        ...(typeof body === "string" && { raw: body }),
      };
      requests++;
      const answer = await api.call(method, url.slice(`${server}/api/v1`.length), sent).finally(() => requests--);
      const more = new Headers(answer.headers);
      more.delete("content-encoding");
      return new Response(answer.status === 304 ? null : answer.text, { status: answer.status, headers: more });
    },
  };
  const pass = (seconds: number) => {
    clock.pass(seconds);
    timers.advance(seconds * 1_000);
  };
  const owner = await api.stranger();
  const acme = await api.organization(owner);
  const bob = await api.member(acme, "write");
  const approve = (userCode: string) =>
    api.call("POST", "/device-authorization/approve", { token: bob.token, json: { userCode, organization: acme } });
  const folder = await emptyFolder();
  return {
    api,
    system,
    pass,
    /** Returns whether the client waits for time to pass, not for an answer or a thread that makes keys. */
    isWaiting: () => requests === 0 && timers.underWay() > 0,
    owner,
    acme,
    bob,
    approve,
    folder,
    asked: { ...app, server, folder, deviceName: "Laptop", system },
  };
}
type World = Awaited<ReturnType<typeof organization>>;

/** Lets seconds pass whenever the client waits for them, until it is done. */
async function whileTimePasses<T>({ pass, isWaiting }: World, work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  void work.then(over, over);
  for (const isDone = () => isOver; !isDone(); ) {
    await setImmediate();
    if (isWaiting()) pass(1);
  }
  return work;
}

async function change({ api, acme, owner }: World, fields: Record<string, unknown>) {
  const path = `/organizations/${acme}/settings`;
  const { body } = await api.call("GET", path, { token: owner.token });
  const answer = await api.call("PATCH", path, { token: owner.token, json: { revision: body.revision, fields } });
  expect(answer.status).toBe(200);
}

test("a device is linked, follows, reports, renews its token, and wipes itself when its member is removed", async () => {
  const world = await organization();
  const { api, acme, bob, system, folder } = world;
  const show = async ({ userCode }: Code) => {
    expect((await world.approve(userCode)).status).toBe(200);
  };
  const { device } = await whileTimePasses(world, link(world.asked, show));

  const enforced: unknown[] = [];
  const on: Handlers = {
    wipe: () => {},
    change: async ({ sections, report }) => {
      for (const section of sections) enforced.push(await report(section, "enforced"));
    },
  };
  const client = await start({ ...app, folder, system, on });
  atEnd(() => client.stop());
  expect(await client.refresh()).toMatchObject({ kind: "changed" });
  expect(client.status().mode).toBe("current");

  const denied = Array.from({ length: 3_000 }, (_, i) => `site-${i}.example.com`).toSorted();
  // a sign-in is recent for minutes, and time passes while requests are under way
  const added = { name: "Production", credentials: exampleKey };
  const admin = await api.member(acme, "owner");
  expect((await api.call("POST", `/organizations/${acme}/secrets`, { token: admin.token, json: added })).status).toBe(
    201,
  );
  await change(world, { "websites.isManaged": { value: true }, "websites.denied": { value: denied } });
  world.pass(1);
  expect(await client.refresh()).toMatchObject({ kind: "changed" });
  expect(client.effective("websites.denied")).toEqual(denied);
  expect(client.why("websites.denied")).toMatchObject({ isInForce: true, source: { kind: "organization" } });
  expect(client.secrets()).toMatchObject([{ kind: exampleKey.kind, name: "Production", version: 1 }]);
  expect(JSON.stringify(client.secrets())).toContain(Object.values(exampleKey).at(-1));

  const shown = () => api.world.table.get(deviceKeys.organizationDevice(acme, device as `dev_${string}`));
  world.pass(1);
  await expect.poll(() => client.status().pendingReceipts).toBe(0);
  const { revision } = client.status();
  const state = { state: "enforced", revision };
  expect(await shown()).toMatchObject({ report: { revision, sections: { websites: state, features: state } } });

  for (let month = 0; month < 3; month++) {
    world.pass(31 * daySeconds);
    expect(await client.refresh()).toMatchObject({ kind: "unchanged" });
    expect(await client.refresh()).toMatchObject({ kind: "unchanged" });
  }

  // sessions do not last as long as devices
  const { token } = await api.member(acme, "owner");
  const removed = await api.call("DELETE", `/organizations/${acme}/members/${bob.account}`, { token });
  expect(removed.status).toBe(204);
  expect(await client.refresh()).toEqual({ kind: "wiped" });
  expect(await shown()).toMatchObject({ wipedAt: expect.any(String) });
  await client.stop();
  expect((await readdir(folder)).filter((name) => name !== "parts")).toEqual([]);
});

test("a device that a rollout has not reached says so in its receipts, and takes the rollout when it is released", async () => {
  const world = await organization();
  const { api, acme, owner, system, folder } = world;
  const { device } = await whileTimePasses(
    world,
    link(world.asked, async ({ userCode }) => void (await world.approve(userCode))),
  );
  const on: Handlers = {
    wipe: () => {},
    change: async ({ sections, report }) => {
      for (const section of sections) await report(section, "enforced");
    },
  };
  const client = await start({ ...app, folder, system, on });
  atEnd(() => client.stop());
  await client.refresh();
  await change(world, { "features.telemetry": { value: true, isLocked: true } });
  const revision = (await api.world.table.get(organizationKeys.organization(acme)))?.revision ?? 0;
  const at = "2026-11-24T09:00:00.000Z";
  const waves = { revision, by: owner.account, at, fields: [], waves: [{ percent: 0 }], wave: 1, waveAt: at };
  const rollout = { ...waves, share: 90, maxRefused: 5, silenceHours: 24, state: "running" as const };
  await api.world.table.write(update(organizationKeys.organization(acme), { set: { rollout } }));
  const sections = async () => {
    world.pass(1);
    expect(await client.refresh()).toMatchObject({ kind: "changed" });
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    const row = await api.world.table.get(deviceKeys.organizationDevice(acme, device as `dev_${string}`));
    return row?.report?.sections ?? {};
  };
  expect(await sections()).toMatchObject({
    features: { state: "enforced", revision, heldBack: revision },
    websites: { state: "enforced", revision, heldBack: revision },
  });
  expect(client.effective("features.telemetry")).toBe(false);
  await api.world.table.write(
    update(organizationKeys.organization(acme), { set: { rollout: { ...rollout, wave: 2 } } }),
  );
  const released = await sections();
  expect(client.effective("features.telemetry")).toBe(true);
  for (const name of ["features", "websites"]) {
    expect(released[name]).toMatchObject({ state: "enforced", revision });
    expect(released[name]).not.toHaveProperty("heldBack");
  }
});

test("a device is linked through a browser on the same machine", async () => {
  const world = await organization();
  const { bob, asked } = world;
  const linked = await linkWithBrowser(asked, async (url) => {
    const { body } = await world.approve(new URL(url).hash.slice(1));
    expect((await fetch(String(body.redirectTo))).status).toBe(200);
  });
  expect(linked).toMatchObject({ account: bob.account, organization: { name: "Acme" } });
});

test("a device is not linked if its member denies it", async () => {
  const world = await organization();
  const { api, bob, asked } = world;
  const deny = (userCode: string) =>
    api.call("POST", "/device-authorization/deny", { token: bob.token, json: { userCode } });
  const byCode = link(asked, async ({ userCode }) => void (await deny(userCode)));
  await expect(whileTimePasses(world, byCode)).rejects.toMatchObject({ code: "access_denied" });
  const byBrowser = linkWithBrowser(asked, async (url) => {
    const { body } = await deny(new URL(url).hash.slice(1));
    await fetch(String(body.redirectTo));
  });
  await expect(byBrowser).rejects.toMatchObject({ code: "access_denied" });
});
