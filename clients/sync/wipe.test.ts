import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { everything } from "@muster/settings/kind.ts";
import { describe, expect, test } from "vitest";
import { openFixture } from "./fixture.testing.ts";
import { NotLinked } from "./identity.ts";
import { dayMs, minuteMs, secondMs } from "./system.ts";
import { unlink } from "./unlink.ts";

const reason = { reason: "removed", at: "2026-11-27T12:00:00.000Z" };

/** A device with a document and a secret that the server wants wiped. */
async function wiped() {
  const fixture = await openFixture();
  fixture.server.state.secrets.push({
    id: "sec_1",
    kind: "openai",
    name: "Key",
    version: 1,
    fields: { apiKey: "sk-1" },
  });
  const client = await fixture.start();
  await client.refresh();
  await expect.poll(() => client.status().pendingReceipts).toBe(0);
  fixture.clock.advance(secondMs);
  fixture.server.state.wipe = reason;
  const has = (name: string) => existsSync(join(fixture.folder, name));
  const wipes = () => fixture.server.state.receipts.filter(({ state }) => state === "wiped");
  return { fixture, client, has, wipes };
}

describe("a signed wipe", () => {
  test("removes the document, secrets and keys, and says so first", async () => {
    const { fixture, client, has, wipes } = await wiped();
    const seen: unknown[] = [];
    client.on(
      "wipe",
      (event) => void seen.push({ ...event, isRemoved: !has("document.json"), receipts: wipes().length }),
    );
    expect(await client.refresh()).toEqual({ kind: "wiped" });
    expect(seen).toEqual([{ ...reason, isRemoved: true, receipts: 0 }]);
    expect(wipes()).toMatchObject([{ section: "device", revision: 1 }]);
    expect(client.status().mode).toBe("wiped");
    expect(client.effective("websites.denied")).toEqual([everything]);
    expect(client.secrets()).toEqual([]);
    await client.stop();
    expect(await readdir(fixture.folder, { recursive: true })).toEqual(["parts"].filter(has));
    await expect(fixture.start()).rejects.toBeInstanceOf(NotLinked);
  });

  test("is reported until the server knows, with keys that are kept for that alone", async () => {
    const { fixture, client, has, wipes } = await wiped();
    fixture.server.state.intercept = (path, genuine) =>
      path === "/sync/receipts" ? Promise.reject(new Error("Lost.")) : genuine();
    expect(await client.refresh()).toEqual({ kind: "wiping" });
    expect([has("document.json"), has("identity.json")]).toEqual([false, true]);
    await client.stop();

    const again = await fixture.start();
    let count = 0;
    again.on("wipe", () => void count++);
    expect(again.status().mode).toBe("wiped");
    expect(await again.refresh()).toEqual({ kind: "wiping" });
    fixture.server.state.intercept = undefined;
    expect(await again.refresh()).toEqual({ kind: "wiped" });
    expect(wipes()).toHaveLength(1);
    expect(has("identity.json")).toBe(false);
    expect(count, "the embedding client had removed its own before").toBe(0);
  });

  test("is not confirmed before the embedding client has removed its own", async () => {
    const { client, has, wipes } = await wiped();
    let isLocked = true;
    client.on("wipe", () => {
      if (isLocked) throw new Error("The file is in use.");
    });
    expect(await client.refresh()).toEqual({ kind: "wiping" });
    expect(wipes()).toEqual([]);
    expect(has("identity.json")).toBe(true);
    isLocked = false;
    expect(await client.refresh()).toEqual({ kind: "wiped" });
    expect(wipes()).toHaveLength(1);
  });

  test("is told after a change whose handler has not ended, so that nothing is written after it", async () => {
    const { fixture, client } = await wiped();
    fixture.server.state.wipe = undefined;
    const seen: string[] = [];
    let finish = () => {};
    client.on("change", async () => {
      seen.push("change");
      if (seen.length === 1) throw new Error("The service is not up yet.");
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      seen.push("changed");
    });
    client.on("wipe", () => void seen.push("wipe"));
    fixture.server.change({ "features.telemetry": false });
    await client.refresh();
    fixture.clock.advance(secondMs);
    await expect.poll(() => seen).toHaveLength(2);
    fixture.server.state.wipe = reason;
    const wiping = client.refresh();
    await expect.poll(() => existsSync(join(fixture.folder, "document.json"))).toBe(false);
    for (let round = 0; round < 100; round++) await setImmediate();
    finish();
    expect(await wiping).toEqual({ kind: "wiped" });
    expect(seen).toEqual(["change", "change", "changed", "wipe"]);
  });

  test("is told once and not confirmed while a file cannot be removed, and unlinking says so", async () => {
    const { fixture, client, has, wipes } = await wiped();
    const stuck = join(fixture.folder, "parts", "stuck.json");
    await mkdir(stuck, { recursive: true });
    let count = 0;
    client.on("wipe", () => void count++);
    for (let i = 0; i < 2; i++) expect(await client.refresh()).toEqual({ kind: "wiping" });
    expect(count).toBe(1);
    await client.stop();
    const options = { app: "Example", appVersion: "1.2.3", folder: fixture.folder, system: fixture.clock };
    const on = { wipe: () => void count++ };
    await expect(unlink({ ...options, on })).rejects.toThrow("stuck.json");
    expect([wipes().length, count, has("identity.json")]).toEqual([0, 2, true]);
    await rm(stuck, { recursive: true });
    expect(await unlink({ ...options, on })).toEqual({ isReported: true });
    expect([wipes().length, count]).toEqual([1, 3]);
  });

  test("ends after a day if the server does not know the device any longer", async () => {
    const { fixture, client, has } = await wiped();
    fixture.server.state.intercept = async (path, genuine) =>
      path === "/sync/receipts" ? fixture.server.json(401, {}) : genuine();
    expect(await client.refresh()).toEqual({ kind: "wiping" });
    fixture.clock.advance(dayMs - minuteMs);
    expect(await client.refresh()).toEqual({ kind: "wiping" });
    fixture.clock.advance(2 * minuteMs);
    expect(await client.refresh()).toEqual({ kind: "wiped" });
    expect(has("identity.json")).toBe(false);
  });

  test("ends when the server knows the device no longer, because the answer to its receipt was lost", async () => {
    const { fixture, client, has } = await wiped();
    let answers = 0;
    fixture.server.state.intercept = async (path, genuine) => {
      if (path !== "/sync/receipts") return genuine();
      answers += 1;
      if (answers === 1) throw new Error("The connection was lost.");
      return fixture.server.json(401, { code: "actor.unauthenticated" });
    };
    expect(await client.refresh()).toEqual({ kind: "wiping" });
    expect(await client.refresh()).toEqual({ kind: "wiped" });
    expect(has("identity.json")).toBe(false);
  });

  test("is carried out also when its answer has expired", async () => {
    const { fixture, client } = await wiped();
    fixture.skew.ms = -3 * dayMs;
    expect(await client.refresh()).toEqual({ kind: "wiped" });
  });
});

describe("a device that the server does not accept", () => {
  test("keeps its document, says so once, and asks again an hour later", async () => {
    const { fixture, client } = await wiped();
    fixture.server.state.wipe = undefined;
    fixture.server.state.devices.clear();
    const halts: string[] = [];
    client.on("halt", ({ reason }) => void halts.push(reason));
    fixture.clock.waits();
    for (let i = 0; i < 2; i++) expect(await client.refresh()).toMatchObject({ kind: "halted" });
    expect(halts).toEqual(["not_accepted"]);
    expect(client.status().mode).toBe("current");
    expect(await readFile(join(fixture.folder, "document.json"), "utf8")).toContain("features.telemetry");
    await expect.poll(() => fixture.clock.waits().at(-1)).toBe(3_600 * secondMs);
  });
});

test("a client below the minimum version is told to halt, and reports that it refused the document", async () => {
  const fixture = await openFixture();
  const client = await fixture.start();
  const halts: string[] = [];
  client.on("halt", ({ reason, message }) => void halts.push(`${reason}: ${message}`));
  await client.refresh();
  fixture.clock.advance(secondMs);
  fixture.server.state.policy["minimumVersion"] = "2.0.0";
  fixture.server.change({ "features.telemetry": true });
  for (let i = 0; i < 2; i++) await client.refresh();
  expect(halts).toEqual(["version_too_old: This client is 1.2.3. The organization wants 2.0.0 or later."]);
  // an admin who lowers the version does not wait for the next poll
  expect(fixture.clock.waits()).toContain(5 * minuteMs);
  expect(client.status().revision).toBe(1);
  await expect.poll(() => client.status().pendingReceipts).toBe(0);
  const last = fixture.server.state.receipts.at(-1);
  expect(last).toMatchObject({ revision: 2, section: "device", state: "refused", code: "version_too_old" });

  await client.stop();
  const newer = await fixture.start({ appVersion: "2.0.0-beta.1" });
  await newer.refresh();
  expect(newer.status().revision).toBe(2);
  await expect.poll(() => newer.status().pendingReceipts).toBe(0);
  const device = fixture.server.state.receipts.filter(({ section }) => section === "device").at(-1);
  expect(device).toMatchObject({ revision: 2, state: "applied", appVersion: "2.0.0-beta.1" });
});
