import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, stillClock, unwritable } from "./fixture.testing.ts";
import { Locked, moveAway, takeLock } from "./lock.ts";
import { minuteMs, secondMs } from "./system.ts";

const clock = () => stillClock(() => Promise.reject(new Error("No network.")));
const nothing = () => {};

test("a folder has one client at a time", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  const lock = await takeLock(folder, system, nothing);
  await expect(takeLock(folder, system, nothing)).rejects.toBeInstanceOf(Locked);
  await lock.release();
  await (await takeLock(folder, system, nothing)).release();
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a process that was killed counts no longer", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(other, "spawn");
  await writeFile(join(folder, "lock"), JSON.stringify({ id: "other", pid: other.pid }));
  system.advance(Date.now() - system.now());
  await expect(takeLock(folder, system, nothing)).rejects.toBeInstanceOf(Locked);
  other.kill("SIGKILL");
  await once(other, "exit");
  await (await takeLock(folder, system, nothing)).release();
});

test("a lock without a beat is taken over, and its owner stops", async () => {
  const [folder, asleep, awake] = [await emptyFolder(), clock(), clock()];
  let isLost = false;
  const first = await takeLock(folder, asleep, () => {
    isLost = true;
  });
  awake.advance(2 * minuteMs);
  const second = await takeLock(folder, awake, nothing);
  asleep.advance(10 * secondMs);
  await expect.poll(() => isLost).toBe(true);
  await first.release();
  await expect(takeLock(folder, awake, nothing)).rejects.toBeInstanceOf(Locked);
  await second.release();
});

test("of many that find an old lock, one takes it", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  await writeFile(join(folder, "lock"), JSON.stringify({ id: "old", pid: 2 ** 30 }));
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(folder, system, nothing)));
  const taken = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(taken).toHaveLength(1);
});

test("a lock that another process took first goes back to its place", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  const lock = await takeLock(folder, system, nothing);
  await moveAway(join(folder, "lock"), "old");
  expect(await readdir(folder)).toEqual(["lock"]);
  await expect(takeLock(folder, system, nothing)).rejects.toBeInstanceOf(Locked);
  await lock.release();
});

test.each(["EROFS", "ENOSPC"] as const)(
  "a folder that cannot be written (%s) is followed without a lock, until it can",
  async (code) => {
    const [folder, system] = [await emptyFolder(), clock()];
    const writable = unwritable(folder, code);
    let isLost = false;
    const lock = await takeLock(folder, system, () => {
      isLost = true;
    });
    expect(lock.problem).toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
    writable();
    system.advance(10 * secondMs);
    await expect.poll(() => readdir(folder)).toEqual(["lock"]);
    await expect(takeLock(folder, system, nothing)).rejects.toBeInstanceOf(Locked);
    expect(isLost).toBe(false);
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  },
);

test("of two that could not lock a folder, one follows it once it can be written", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  const writable = unwritable(folder, "ENOSPC");
  let lost = 0;
  const both = [await takeLock(folder, system, () => lost++), await takeLock(folder, system, () => lost++)];
  writable();
  system.advance(10 * secondMs);
  await expect.poll(() => lost).toBe(1);
  for (const lock of both) await lock.release();
  expect(await readdir(folder)).toEqual([]);
});

test("a lock that cannot be removed does not keep a client from stopping", async () => {
  const [folder, system] = [await emptyFolder(), clock()];
  const lock = await takeLock(folder, system, nothing);
  unwritable(folder, "EROFS");
  await lock.release();
  expect(await readdir(folder)).toEqual(["lock"]);
});
