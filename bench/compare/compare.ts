import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lambdaNode } from "@muster/functions/testing/node.ts";
import { startSecrets } from "@muster/functions/testing/secrets-endpoint.ts";
import { environmentOf, tableOf } from "@muster/local/run/folder.ts";
import { openPlace } from "@muster/local/testing/worlds/instance.ts";
import { cpuOf, print } from "../shared/output.ts";
import { installPeers } from "../shared/peers.ts";
import { startPostgres } from "./postgres.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { type Outcome, report } from "./report.ts";
import { type Answered, type Asked, type Measured, type Name, names, originSecret, type Row, rows } from "./subject.ts";

/**
 * Muster's API compared with better-auth's organization plugin, with express, zod and the SDK, and with a call of the
 * table alone: each in a process of its own, in turns, on one core where that can be chosen, its store on another.
 */
const options = {
  rows: { type: "string", default: rows.join() },
  subjects: { type: "string", default: names.join() },
  rounds: { type: "string", default: "3" },
  profiles: { type: "string" },
  before: { type: "string" },
  write: { type: "boolean", default: false },
} as const;
const farMs = 5;
const farCount = 20;
const farCountOfMany = 2;
const secretsArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-bench-AbCdEf";
const [ownCore, storeCore] = [0, 1];
const racing = { race: 64, limit: 10 };
/** A run that polls its streams and queues is never idle. */
const quietShare = 0.2;
const quietTries = 40;

/** The rows that change nothing. They are repeated more often in a round. */
const readsOnly: readonly Row[] = ["get", "list-1000", "list-10000", "list-100000", "search", "feed", "sync"];
const countOf = (row: Row) => (row === "invite-100" ? 10 : readsOnly.includes(row) ? 500 : 200);
/** Returns the number of operations before the measured ones. In the first round they make V8 compile the code. */
const warmOf = (row: Row, round: number) => (round > 0 ? 10 : 2 * countOf(row));

type Running = {
  name: Name;
  ask: (asked: Asked) => Promise<Answered>;
  proxy?: Proxy;
};

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** The ends of all that was started. They run in the opposite order, whatever happens. */
const endings: (() => Promise<unknown>)[] = [];

async function started<T>(starting: Promise<T>, end: (one: T) => Promise<unknown> | undefined): Promise<T> {
  const one = await starting;
  endings.push(async () => end(one));
  return one;
}

/** @param words [--rows get,create] [--subjects muster,sqlite] [--rounds 3] [--profiles folder] [--before output] [--write] */
export async function run(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options });
  const chosen = rows.filter((row) => values.rows.split(",").includes(row));
  const rounds = Number(values.rounds);
  if (values.profiles !== undefined) mkdirSync(values.profiles, { recursive: true });
  try {
    const { subjects, instancePid, postgres } = await startAll(values.subjects.split(","), values.profiles);
    const outcomes: Outcome[] = [];
    for (const row of chosen) {
      const outcome = await compareRow(row, { subjects, instancePid, rounds });
      outcomes.push(outcome);
      print(JSON.stringify(outcome));
    }
    const members = await raceAll(subjects);
    print(JSON.stringify(members));
    const before = values.before === undefined ? [] : printedIn(values.before);
    const all = [...outcomes, ...before.filter(({ row }) => !chosen.includes(row))].toSorted(
      (one, other) => rows.indexOf(one.row) - rows.indexOf(other.row),
    );
    report(all, { members, racing, rounds, postgres, write: values.write });
  } finally {
    for (const end of endings.toReversed()) await end();
  }
}

/** Starts the stores, a local run beside Muster, and the subjects. */
async function startAll(wanted: readonly string[], profiles: string | undefined) {
  // what is started from here on inherits it
  pin(process.pid, storeCore);
  installPeers();
  const postgres = await started(startPostgres(), (one) => one?.stop());
  if (!postgres) print("Without PostgreSQL (apt-get install postgresql): its column stays empty.");
  const place = await started(openPlace(), (one) => one.leave());
  const instance = place.launch();
  await instance.ready;
  const folder = mkdtempSync(join(tmpdir(), "muster-compare-"));
  endings.push(async () => rmSync(folder, { recursive: true, force: true }));
  const { endpoint } = tableOf(place.folder);
  const { hostname: host, port } = new URL(endpoint);
  const engineProxy = await started(startProxy({ host, port: Number(port) }), (one) => one.stop());
  const profiled = profiles === undefined ? {} : { MUSTER_PROFILES: profiles };
  const environment = Object.assign(await environmentFor(place.folder, engineProxy.port), profiled);
  const storeProxy = postgres && (await started(startProxy({ path: postgres.socket }), (one) => one.stop()));
  const starts: { [Of in Name]: () => Promise<Running | undefined> | undefined } = {
    muster: () => start("muster", [place.folder], environment, engineProxy),
    postgres: () => storeProxy && start("postgres", [String(storeProxy.port)], profiled, storeProxy),
    sqlite: () => start("sqlite", [join(folder, "peer.db")], profiled),
    express: () => start("express", [], environment, engineProxy),
    bare: () => start("bare", [], environment, engineProxy),
  };
  const subjects: Running[] = [];
  for (const name of names.filter((name) => wanted.includes(name))) {
    const one = await starts[name]();
    if (one) subjects.push(one);
  }
  return { subjects, instancePid: instance.pid, postgres: postgres?.version };
}

/** Returns the environment of the functions, with the table behind a proxy. */
async function environmentFor(folder: string, tablePort: number): Promise<Record<string, string>> {
  const { MUSTER_SECRETS_FILE: file = "", ...own } = environmentOf(folder);
  // as a deployment reads them: a local run does so again at each request
  const stored = Object.assign(JSON.parse(readFileSync(file, "utf8")), { origin: originSecret });
  const secrets = await started(startSecrets({ [secretsArn]: JSON.stringify(stored) }), (one) => one.stop());
  return Object.assign(own, credentialsOf(folder), {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${tablePort}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    MUSTER_SECRETS_ARN: secretsArn,
  });
}

type Comparison = { subjects: readonly Running[]; instancePid: number; rounds: number };

async function compareRow(row: Row, { subjects, instancePid, rounds }: Comparison): Promise<Outcome> {
  const outcome: Outcome = { row, near: {}, far: {} };
  for (let round = 0; round < rounds; round++) {
    for (const one of subjects) {
      const measured = await measure(one, round);
      if (measured) (outcome.near[one.name] ??= []).push(measured);
    }
  }
  for (const one of subjects) {
    const measured = await measure(one);
    if (measured) outcome.far[one.name] = measured;
  }
  return outcome;

  /** Without a round: with a store that is farther away. */
  async function measure({ name, ask, proxy }: Running, round?: number): Promise<Measured | undefined> {
    const isFar = round === undefined;
    const delayMs = isFar ? farMs : 0;
    const count = !isFar ? countOf(row) : row === "invite-100" ? farCountOfMany : farCount;
    const asked = { row, warm: isFar ? 2 : warmOf(row, round), count, delayMs };
    if (insist(name, await ask(asked)) === "none") return;
    await quiet();
    const before = proxy?.trips() ?? 0;
    if (proxy) proxy.delayMs = delayMs;
    const measured = await alone(async () => insist(name, await ask("measure")) as Measured);
    if (proxy) proxy.delayMs = 0;
    return Object.assign({ trips: ((proxy?.trips() ?? 0) - before) / count }, measured);
  }

  /** Without what a deployment does elsewhere: the run beside Muster does its work afterwards. */
  async function alone<T>(work: () => Promise<T>): Promise<T> {
    process.kill(instancePid, "SIGSTOP");
    try {
      return await work();
    } finally {
      process.kill(instancePid, "SIGCONT");
    }
  }

  /** Waits for the run beside Muster to finish the work that the preparation left it, which is not measured. */
  async function quiet(): Promise<void> {
    for (let tried = 0; tried < quietTries; tried++) {
      const [before, began] = [cpuOf(instancePid), performance.now()];
      await pause(500);
      if ((cpuOf(instancePid) - before) / (performance.now() - began) < quietShare) return;
    }
  }
}

/** Returns the number of members that each subject lets in when people race for the last places. */
async function raceAll(subjects: readonly Running[]): Promise<{ [Of in Name]?: number }> {
  const members: { [Of in Name]?: number } = {};
  for (const { name, ask } of subjects) {
    const answered = insist(name, await ask(racing));
    if (typeof answered === "object" && "members" in answered) members[name] = answered.members;
  }
  return members;
}

/** Returns the outcomes that an earlier run has printed. */
function printedIn(file: string): Outcome[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.startsWith('{"row":')).map((line) => JSON.parse(line) as Outcome);
}

function insist(name: Name, answered: Answered): Answered {
  if (typeof answered === "object" && "failed" in answered) throw new Error(`${name}: ${answered.failed}`);
  return answered;
}

async function start(
  name: Name,
  more: string[],
  environment: Readonly<Record<string, string>>,
  proxy?: Proxy,
): Promise<Running> {
  const child = fork(worker, [name, ...more], {
    execPath: lambdaNode(),
    execArgv: ["--import", "tsx", "--no-warnings"],
    env: Object.assign({ PATH: process.env.PATH, NODE_ENV: "production" }, environment),
  });
  endings.push(() => ended(child));
  pin(child.pid, ownCore);
  let answer: (answered: Answered) => void = () => {};
  child.on("message", (answered: Answered) => answer(answered));
  child.once("exit", () => answer({ failed: "The process has ended." }));
  const next = async () => insist(name, await new Promise<Answered>((resolve) => (answer = resolve)));
  await next();
  return {
    name,
    ...(proxy && { proxy }),
    ask: (asked) => {
      child.send(asked);
      return next();
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, "exit");
}

/** Keeps a process on one core, on Linux. */
function pin(pid: number | undefined, core: number): void {
  if (process.platform !== "linux" || availableParallelism() === 1) return;
  execFileSync("taskset", ["-acp", String(core), String(pid)], { stdio: "ignore" });
}

function credentialsOf(folder: string): Record<string, string> {
  const { region, credentials } = tableOf(folder);
  return {
    MUSTER_TABLE: tableOf(folder).name,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
}
