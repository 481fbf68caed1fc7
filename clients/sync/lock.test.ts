import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, stillClock } from "./fixture.testing.ts";
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
