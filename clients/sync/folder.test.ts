import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openServer } from "./double.testing.ts";
import { atEnd, emptyFolder, type Fixture, linked, openFixture } from "./fixture.testing.ts";
import { KeysDamaged, NotLinked } from "./identity.ts";
import { fileKeyStore, type KeyStore } from "./key-store.ts";
import { link } from "./link.ts";
import { secondMs } from "./system.ts";
import { unlink } from "./unlink.ts";

// A folder that is not as its client has left it: without some files, from a backup, or of a device that there was before.

const app = { app: "Example", appVersion: "1.2.3", platform: "linux" as const };
const blocked = { code: "blocked_by_system" } as const;
const on = { wipe: () => {} };

/** Lets time pass until the server has all receipts. */
const delivered = ({ clock }: Fixture, client: { status: () => { pendingReceipts: number } }) =>
  expect.poll(() => clock.advance(secondMs) ?? client.status().pendingReceipts).toBe(0);
const last = ({ server }: Fixture) => server.state.receipts.at(-1);

/** A device that has reported something, and has ended. */
async function reported() {
  const fixture = await openFixture();
  const client = await fixture.start();
  await client.refresh();
  await client.report("features", "enforced");
  await delivered(fixture, client);
  await client.stop();
  const pathOf = (name: string) => join(fixture.folder, name);
  return { fixture, pathOf };
}

/** The same, after it has reported more, and its folder came back from a backup that was made before. */
async function restored() {
  const { fixture } = await reported();
  const backup = await emptyFolder();
  await cp(fixture.folder, backup, { recursive: true });
  const client = await fixture.start();
  for (const section of ["models", "sources"] as const) await client.report(section, "enforced");
  await delivered(fixture, client);
  await client.stop();
  await cp(backup, fixture.folder, { recursive: true });
  return fixture;
}

describe("receipts reach the server", () => {
  test.each([true, false])(
    "after their file was lost, although the server has higher numbers: an older server %s",
    async (isOlder) => {
      const { fixture, pathOf } = await reported();
      fixture.server.state.isOlder = isOlder;
      await rm(pathOf("receipts.json"));
      const client = await fixture.start();
      await client.report("features", "refused", blocked);
      await client.refresh();
      await delivered(fixture, client);
      expect(last(fixture)).toMatchObject({ seq: 14, section: "features", state: "refused" });
      await client.report("models", "enforced");
      await delivered(fixture, client);
      expect(last(fixture)).toMatchObject({ seq: 15, section: "models" });
    },
  );

  test("after the folder came back from a backup, also that all is removed", async () => {
    const fixture = await restored();
    expect(await unlink({ ...app, folder: fixture.folder, system: fixture.clock, on })).toEqual({ isReported: true });
    expect(last(fixture)).toMatchObject({ seq: 12, state: "wiped" });
  });

  test("after the folder came back from a backup, also those that were numbered before the server said so", async () => {
    const fixture = await restored();
    let isDown = true;
    fixture.server.state.intercept = (_, genuine) => (isDown ? Promise.reject(new Error("No network.")) : genuine());
    const again = await fixture.start();
    for (const section of ["models", "sources", "websites"] as const) await again.report(section, "refused", blocked);
    isDown = false;
    await again.refresh();
    await delivered(fixture, again);
    const said = fixture.server.state.receipts.filter(({ state }) => state === "refused").map(({ section }) => section);
    expect(said.slice(-3)).toEqual(["models", "sources", "websites"]);
    expect(again.status().pendingReceipts).toBe(0);
  });

  test("once, when only an answer was lost", async () => {
    const { fixture } = await reported();
    let isLost = true;
    fixture.server.state.intercept = async (path, genuine) => {
      const answer = await genuine();
      if (path !== "/sync/receipts" || !isLost) return answer;
      isLost = false;
      throw new Error("The connection was lost.");
    };
    const client = await fixture.start();
    await client.report("models", "enforced");
    await delivered(fixture, client);
    expect(
      fixture.server.state.receipts.filter(({ section, state }) => section === "models" && state === "enforced"),
    ).toHaveLength(1);
  });

  test("only so often if the server counts on each time", async () => {
    const { fixture } = await reported();
    let received = 1_000;
    fixture.server.state.intercept = async (path, genuine) =>
      path === "/sync/receipts" ? fixture.server.json(200, { received: (received += 1_000), rejected: [] }) : genuine();
    const client = await fixture.start();
    await client.refresh();
    await client.report("models", "enforced");
    fixture.clock.advance(secondMs);
    await expect.poll(() => received).toBeGreaterThanOrEqual(3_000);
    await client.stop();
    expect(received).toBe(3_000);
    expect(client.status().pendingReceipts).toBe(1);
  });
});

describe("files of an older client, which name no device", () => {
  test("keep a wipe that is under way", async () => {
    const { fixture, pathOf } = await reported();
    const { device: _, ...state } = JSON.parse(await readFile(pathOf("state.json"), "utf8")) as Record<string, unknown>;
    const wipe = { reason: "revoked", at: "", since: fixture.clock.now() };
    await writeFile(pathOf("state.json"), JSON.stringify({ ...state, wipe }));
    expect((await fixture.start()).status().mode).toBe("wiped");
  });

  test("keep receipts that wait, but none of another device", async () => {
    const { fixture, pathOf } = await reported();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    const client = await fixture.start();
    await client.report("models", "enforced");
    await client.stop();
    type File = { device: string; queue: { seq: number; signed: string }[] };
    const { device: _, queue, ...rest } = JSON.parse(await readFile(pathOf("receipts.json"), "utf8")) as File;
    const [mine] = queue.map(({ seq, signed }) => ({ seq, signed }));
    const other = Buffer.from(JSON.stringify({ device: "dev_other", section: "models" })).toString("base64url");
    const old = { ...rest, queue: [mine, { seq: 99, signed: `.${other}.` }] };
    await writeFile(pathOf("receipts.json"), JSON.stringify(old));
    const again = await fixture.start();
    expect(again.status().pendingReceipts).toBe(1);
    // what was said last is known, too
    await again.report("models", "enforced");
    expect(again.status().pendingReceipts).toBe(1);
    fixture.server.state.intercept = undefined;
    await again.refresh();
    await delivered(fixture, again);
    expect(last(fixture)).toMatchObject({ section: "models", state: "enforced" });
  });
});

describe("a device that is linked in the folder of another", () => {
  test("takes nothing over: no revision, no wipe, no receipts", async () => {
    const { fixture, pathOf } = await reported();
    const state = JSON.parse(await readFile(pathOf("state.json"), "utf8")) as object;
    const wipe = { reason: "revoked", at: "", since: fixture.clock.now() };
    await writeFile(pathOf("state.json"), JSON.stringify({ ...state, wipe }));
    const other = openServer({ now: () => fixture.clock.now() });
    other.state.revision = 0;
    const { device } = await linked(other, fixture.folder);
    const client = await fixture.start({ system: { ...fixture.clock, fetch: other.fetch } });
    expect(client.status()).toMatchObject({ device, pendingReceipts: 0, mode: "damaged" });
    expect(await client.refresh()).toMatchObject({ kind: "changed" });
    expect(client.status()).toMatchObject({ revision: 0, mode: "current" });
    await delivered(fixture, client);
    expect(other.state.receipts[0]).toMatchObject({ seq: 1, device });
  });
});

describe("keys that cannot be read", () => {
  /** A key store whose keychain was reset. */
  const broken = (): KeyStore & { isRemoved: boolean } => ({
    isRemoved: false,
    async read() {
      if (!this.isRemoved) throw new Error("Error while decrypting the ciphertext.");
      return undefined;
    },
    write: () => Promise.resolve(),
    async remove() {
      this.isRemoved = true;
    },
  });

  test("are said to be so, and unlinking removes them and all else", async () => {
    const { fixture } = await reported();
    const keyStore = broken();
    const options = { ...app, folder: fixture.folder, system: fixture.clock, keyStore };
    await expect(fixture.start({ keyStore })).rejects.toBeInstanceOf(KeysDamaged);
    const linking = link({ ...options, server: fixture.server.state.url, deviceName: "Laptop" }, () => {});
    await expect(linking).rejects.toMatchObject({ code: "already_linked" });
    const failing = { wipe: () => Promise.reject(new Error("The file is in use.")) };
    await expect(unlink({ ...options, on: failing })).rejects.toThrow("The file is in use.");
    expect(keyStore.isRemoved).toBe(false);
    const reasons: string[] = [];
    const removing = { wipe: ({ reason }: { reason: string }) => void reasons.push(reason) };
    expect(await unlink({ ...options, on: removing })).toEqual({ isReported: false });
    expect(reasons).toEqual(["unlinked"]);
    expect([keyStore.isRemoved, await readdir(fixture.folder)]).toEqual([true, ["identity.json"]]);
    await expect(fixture.start({ keyStore })).rejects.toBeInstanceOf(NotLinked);
  });

  test("leave no revision behind that a device of another organization would wait for", async () => {
    const { fixture, pathOf } = await reported();
    await writeFile(pathOf("identity.json"), "{");
    await expect(fixture.start()).rejects.toBeInstanceOf(KeysDamaged);
    await unlink({ ...app, folder: fixture.folder, system: fixture.clock, on });
    expect(await readdir(fixture.folder)).toEqual([]);
  });
});

describe("unlinking", () => {
  test("reports that all is removed after the embedding client has removed its own, and is done again if that fails", async () => {
    const { fixture, pathOf } = await reported();
    const options = { ...app, folder: fixture.folder, system: fixture.clock };
    const failing = { wipe: () => Promise.reject(new Error("The file is in use.")) };
    await expect(unlink({ ...options, on: failing })).rejects.toThrow("The file is in use.");
    expect(last(fixture)).toMatchObject({ state: "enforced" });
    expect(await fileKeyStore(fixture.folder).read()).toBeDefined();
    expect(await readdir(fixture.folder)).not.toContain("document.json");
    expect(await unlink({ ...options, on })).toEqual({ isReported: true });
    expect(last(fixture)).toMatchObject({ state: "wiped" });
    await expect(readFile(pathOf("state.json"))).rejects.toThrow("ENOENT");
    await expect(unlink({ ...options, on: {} as never })).rejects.toThrow("on.wipe has to be a function");
  });
});

test.each([
  ["a version with a remark", { appVersion: "1.2.3 (build 5)" }],
  ["a version of two numbers, which would be older than all", { appVersion: "2.10" }],
  ["a long version", { appVersion: `1.2.3-${"x".repeat(40)}` }],
  ["no name", { app: " " }],
  ["a long name", { app: "x".repeat(61) }],
  ["a name of two lines", { app: "Exam\nple" }],
])("a client of which the server would take no receipt says so at once: %s", async (_, more) => {
  const fixture = await openFixture();
  await expect(fixture.start(more)).rejects.toBeInstanceOf(TypeError);
  const options = { ...app, folder: fixture.folder, system: fixture.clock, on, ...more };
  await expect(unlink(options)).rejects.toBeInstanceOf(TypeError);
  await rm(join(fixture.folder, "identity.json"));
  const linking = link({ ...options, server: fixture.server.state.url, deviceName: "Laptop" }, () => {});
  await expect(linking).rejects.toBeInstanceOf(TypeError);
  const client = await (await linked(fixture.server, fixture.folder), fixture.start({ appVersion: "1.2.3-beta.1+5" }));
  atEnd(() => client.stop());
  expect(await client.refresh()).toMatchObject({ kind: "changed" });
});
