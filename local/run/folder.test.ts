import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startEngine } from "../engine/engine.ts";
import {
  environmentOf,
  FolderInUse,
  FolderUnusable,
  keepKeys,
  keepSecrets,
  NothingRuns,
  openFolder,
  tableOf,
  timeOf,
} from "./folder.ts";
import { commandOf } from "./process.ts";

let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "muster-folder-"));
});

afterEach(() => rmSync(path, { recursive: true }));

const lock = (holder: object) => writeFileSync(join(path, "lock.json"), JSON.stringify(holder));

/** A process that runs until it is ended. */
async function sleeper() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"]);
  await once(child.stdout, "data");
  return { child, pid: Number(child.pid), ended: once(child, "exit") };
}

test("a folder that a running instance uses is refused, with that instance's address", async () => {
  const other = await sleeper();
  lock({ pid: other.pid, command: commandOf(other.pid), url: "http://127.0.0.1:4280" });
  await expect(openFolder(path)).rejects.toThrow(FolderInUse);
  await expect(openFolder(path)).rejects.toThrow(`at http://127.0.0.1:4280 (process ${other.pid})`);
  other.child.kill();
  await other.ended;
  const folder = await openFolder(path);
  folder.release();
  expect(existsSync(join(path, "lock.json"))).toBe(false);
});

test("a lock of a killed instance does not count, even if another process has its number now", async () => {
  const other = await sleeper();
  lock({ pid: other.pid, command: "node local/start.mjs" });
  const folder = await openFolder(path);
  folder.release();
  expect(commandOf(other.pid)).toBeDefined();
  other.child.kill();
});

test("a lock that was only partly written does not count", async () => {
  writeFileSync(join(path, "lock.json"), '{"pid":');
  const folder = await openFolder(path);
  expect(folder.path).toBe(path);
  folder.release();
});

test("the engine that a killed instance left behind is ended, and nothing else", async () => {
  const engine = await startEngine({ file: join(path, "table.db") });
  lock({ pid: 2 ** 22 + 1, command: "gone", enginePid: engine.pid });
  const folder = await openFolder(path);
  await engine.ended;
  folder.release();

  const other = await sleeper();
  lock({ pid: 2 ** 22 + 1, command: "gone", enginePid: other.pid });
  (await openFolder(path)).release();
  expect(commandOf(other.pid)).toBeDefined();
  other.child.kill();

  const foreign = await startEngine({ file: join(path, "other.db") });
  lock({ pid: 2 ** 22 + 1, command: "gone", enginePid: foreign.pid });
  (await openFolder(path)).release();
  expect((await fetch(foreign.endpoint)).status).toBeGreaterThan(0);
  await foreign.stop();
});

test("a reset removes the state and nothing else", async () => {
  const folder = await openFolder(path);
  writeFileSync(folder.file("table.db"), "rows");
  writeFileSync(folder.file("notes.txt"), "mine");
  folder.reset();
  expect(existsSync(folder.file("table.db"))).toBe(false);
  expect(existsSync(folder.file("notes.txt"))).toBe(true);
  folder.release();
});

test("the folder says where the table is, for its owner only and while an instance runs", async () => {
  const folder = await openFolder(path);
  const credentials = { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" };
  const table = { name: "muster", endpoint: "http://127.0.0.1:1", region: "eu-central-1", credentials };
  expect(() => tableOf(path)).toThrow(NothingRuns);
  folder.publish({ url: "http://127.0.0.1:4280", table });
  expect(tableOf(path)).toEqual(table);
  expect(() => environmentOf(path)).toThrow(NothingRuns);
  folder.publish({ url: "http://127.0.0.1:4280", table, environment: { MUSTER_TABLE: "muster" } });
  expect(environmentOf(path)).toEqual({ MUSTER_TABLE: "muster" });
  expect(() => timeOf(path)).toThrow(NothingRuns);
  for (const aheadMs of [0, 86_400_000]) {
    folder.publish({ url: "http://127.0.0.1:4280", table, aheadMs });
    const before = Date.now() + aheadMs;
    expect(timeOf(path).getTime()).toBeGreaterThanOrEqual(before);
    expect(timeOf(path).getTime()).toBeLessThanOrEqual(Date.now() + aheadMs);
  }
  expect(statSync(folder.file("lock.json")).mode & 0o777).toBe(0o600);
  lock({ pid: process.pid, command: "another one that got its number", table });
  expect(() => tableOf(path)).toThrow(`No Muster runs on ${path}.`);
  folder.release();
  expect(() => tableOf(path)).toThrow(NothingRuns);
});

test("secrets are made once, and only their owner can read them", async () => {
  const folder = await openFolder(path);
  const secrets = keepSecrets(folder);
  const webhooks = [expect.stringMatching(/^whsec_[0-9a-f]{48}$/)];
  const stripe = { key: expect.stringMatching(/^sk_test_[0-9a-f]{48}$/), webhooks };
  expect(secrets).toEqual({ pepper: expect.stringMatching(/^[\w-]{43}$/), stripe });
  expect(keepSecrets(folder)).toEqual(secrets);
  expect(statSync(folder.file("secrets.json")).mode & 0o777).toBe(0o600);
  folder.release();
});

test("wrapping keys are made once, and only their owner can read them", async () => {
  const folder = await openFolder(path);
  const keys = keepKeys(folder).read();
  expect(keepKeys(folder).read()).toBe(keys);
  expect(statSync(folder.file("keys.json")).mode & 0o777).toBe(0o600);
  folder.release();
});

test("secrets of an older version keep what they have, and get what they lack", async () => {
  const folder = await openFolder(path);
  writeFileSync(folder.file("secrets.json"), JSON.stringify({ pepper: "unchanged" }));
  const secrets = keepSecrets(folder);
  expect(secrets).toMatchObject({ pepper: "unchanged", stripe: { key: expect.stringMatching(/^sk_test_/) } });
  expect(keepSecrets(folder)).toEqual(secrets);
  folder.release();
});

test.each([
  ["file", "it is a file, not a folder"],
  ["file/below", "a part of the path is a file, not a folder"],
])("state at %s is explained: %s", async (name, why) => {
  writeFileSync(join(path, "file"), "");
  await expect(openFolder(join(path, name))).rejects.toThrow(FolderUnusable);
  await expect(openFolder(join(path, name))).rejects.toThrow(
    `Muster cannot keep its state in ${join(path, name)}: ${why}. Give it another folder: npm start -- --data DIR`,
  );
});

test("a folder in which no file or folder can be created is explained", async () => {
  await expect(openFolder("/proc/self")).rejects.toThrow(FolderUnusable);
  await expect(openFolder("/proc/self/below")).rejects.toThrow(FolderUnusable);
});
