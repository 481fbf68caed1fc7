import { type ChildProcess, fork } from "node:child_process";
import { constants, loadavg, setPriority } from "node:os";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { openImport, people } from "@muster/local/testing/fixtures/mailing.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { print, sizesIn } from "../shared/output.ts";
import type { Places } from "./mail-process.ts";

/**
 * Mails of an import in real time, by two workers in processes of their own, over the table engine and the mail server
 * of a local run, also in their own processes: which share of the account's rate they reach, and the maximum number of
 * mails that leave and arrive within any second. The server refuses none.
 */
const usual = [14, 50, 200];
const seconds = 60;
const warmupMs = 2000;
const workers = 2;
const perEvent = 97;

/** Returns the maximum number within any second. */
function maxIn(all: readonly number[]): number {
  const sorted = all.toSorted((one, other) => one - other);
  let [first, most] = [0, 0];
  for (let last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

const answers = (child: ChildProcess, ask?: object) =>
  new Promise<Record<string, never>>((resolve) => {
    child.once("message", (message) => resolve(message as Record<string, never>));
    if (ask) child.send(ask);
  });

/** @param words the rates, in emails per second */
export async function run(words: string[]): Promise<void> {
  for (const perSecond of sizesIn(words, usual)) await openDeployment((deployment) => measure(deployment, perSecond));
}

async function measure({ endpoint, table, tableName }: Deployment, perSecond: number): Promise<void> {
  const script = new URL("mail-process.ts", import.meta.url);
  const start = (...role: string[]) => fork(script, role);
  const server = start("provider");
  const { port } = new URL(String((await answers(server)).endpoint));
  const front = start("front", port);
  setPriority(front.pid as number, constants.priority.PRIORITY_HIGHEST);
  const { endpoint: provider } = await answers(front);
  const places: Places = { endpoint, tableName, provider: String(provider), perSecond };
  const queue: object[] = [];
  bind({ queues: { send: async (_, bodies) => void queue.push(...bodies) } });
  const place = await openImport({ table, clock: { at: Date.now(), pass: () => {} } });
  for (let n = 0; n * perEvent < perSecond * seconds * 1.1; n++) {
    const mailing = await place.step(people(perEvent, `step-${n}`));
    await asSystem("work", () => Mailing.begin(mailing, perEvent));
  }

  const departures: number[] = [];
  const children = Array.from({ length: workers }, () => start("worker"));
  await Promise.all(children.map((child) => answers(child)));
  const loads = [loadavg()[0] ?? 0];
  const until = Date.now() + seconds * 1000;
  for (const [i, child] of children.entries()) {
    child.on("message", (message) => {
      if ("next" in (message as object)) child.send({ job: queue.shift() ?? null });
      if ("departures" in (message as object)) departures.push(...(message as { departures: number[] }).departures);
      if ("later" in (message as object)) queue.push(...(message as { later: object[] }).later);
    });
    child.send({ ...places, until, worker: i });
  }
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("exit", resolve))));
  loads.push(loadavg()[0] ?? 0);
  const answer = (await answers(front, { stop: true })) as unknown as { arrivals: number[] };
  const arrivals = answer.arrivals.toSorted((one, other) => one - other);
  const begun = (arrivals[0] ?? 0) + warmupMs;
  const counted = arrivals.filter((at) => at >= begun && at < until);
  const share = counted.length / ((perSecond * (until - begun)) / 1000);
  const cpu = (process.cpuUsage().user / 1e6).toFixed(0);
  print(
    `${perSecond} per second: ${(100 * share).toFixed(1)} % over ${((until - begun) / 1000).toFixed(0)} s, ` +
      `at most ${maxIn(departures)} left and ${maxIn(arrivals)} arrived in any second; load ${loads.map((load) => load.toFixed(1)).join(" to ")} (own CPU ${cpu} s)`,
  );
  server.send({ stop: true });
}
