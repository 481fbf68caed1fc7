// Runs one subject of the comparison. Preparing is not measured; what is, is the CPU of this process, in which no store
// is, except for SQLite.

import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Answered, Asked, Operation, Subject } from "./subject.ts";

/** A name that the types do not look up: the peers have none of their own. */
const betterAuth: string = "../peers/better-auth.mjs";
const [kind = "", ...more] = process.argv.slice(2);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const subject = await open();
let operations: Operation[] = [];
let row = "";
let isFar = false;
answer("started");

process.on("message", (asked: Asked) => {
  take(asked).then(answer, (error: unknown) => {
    answer({ failed: error instanceof Error ? (error.stack ?? error.message) : JSON.stringify(error) });
  });
});

async function open(): Promise<Subject> {
  if (kind === "muster") return (await import("./muster.ts")).openMuster(more[0] ?? "");
  if (kind === "express") return (await import("./express.ts")).openExpress();
  if (kind === "bare") return (await import("./bare.ts")).openBare();
  const peer = (await import(betterAuth)) as {
    openBetterAuth: (kind: string, url: string) => Promise<Subject>;
  };
  return peer.openBetterAuth(kind, more[0] ?? "");
}

async function take(asked: Asked): Promise<Answered> {
  if (asked === "measure") return measure();
  if ("race" in asked) {
    const members = await subject.race?.(asked.race, asked.limit);
    return members === undefined ? "none" : { members };
  }
  row = asked.row;
  isFar = asked.delayMs > 0;
  const prepared = await subject.prepare(asked.row, asked.warm + asked.count);
  if (!prepared) return "none";
  for (const operation of prepared.slice(0, asked.warm)) await operation();
  operations = prepared.slice(asked.warm);
  subject.delay?.(asked.delayMs);
  return "prepared";
}

async function measure(): Promise<Answered> {
  collect();
  const endProfile = await profile();
  const trips = subject.trips?.();
  const times: number[] = [];
  const before = process.cpuUsage();
  for (const operation of operations) {
    const began = performance.now();
    await operation();
    times.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(before);
  await endProfile?.();
  times.sort((one, other) => one - other);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
  const counted = trips === undefined ? undefined : { trips: ((subject.trips?.() ?? 0) - trips) / operations.length };
  subject.delay?.(0);
  return { cpuMs: (user + system) / 1000 / operations.length, p50: at(0.5), p99: at(0.99), ...counted };
}

/** Profiles what is measured, which slows it down: for reading only. */
async function profile(): Promise<(() => Promise<void>) | undefined> {
  const folder = process.env.MUSTER_PROFILES;
  if (folder === undefined || isFar) return;
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 100 });
  await session.post("Profiler.start");
  return async () => {
    const stopped = await session.post("Profiler.stop");
    writeFileSync(join(folder, `${kind}-${row}.cpuprofile`), JSON.stringify(stopped.profile));
    session.disconnect();
  };
}

function answer(answered: Answered): void {
  process.send?.(answered);
}
