import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lambdaNode } from "@muster/functions/testing/node.ts";
import { startSecrets } from "@muster/functions/testing/secrets-endpoint.ts";
import { environmentOf, tableOf } from "@muster/local/run/folder.ts";
import { openPlace } from "@muster/local/testing/worlds/instance.ts";
import { cpuOf } from "../measure.ts";
import { startPostgres } from "./postgres.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { type Outcome, report } from "./report.ts";
import { type Answered, type Asked, type Measured, type Name, names, originSecret, type Row, rows } from "./subject.ts";

/**
 * Muster's API compared with better-auth's organization plugin, with express, zod and the SDK, and with a call of the
 * table alone: each in a process of its own, in turns, on one core where that can be chosen, its store on another.
 * Run: npx tsx bench/compare/compare.ts [--rows get,create] [--subjects muster,sqlite] [--rounds 3] [--profiles folder] [--before output] [--write]
 */
const { values } = parseArgs({
  options: {
    rows: { type: "string" },
    subjects: { type: "string" },
    rounds: { type: "string" },
    profiles: { type: "string" },
    before: { type: "string" },
    write: { type: "boolean" },
  },
});
const rounds = Number(values.rounds ?? 3);
const chosen = rows.filter((row) => (values.rows?.split(",") ?? rows).includes(row));
const farMs = 5;
const farCount = 20;
const farCountOfMany = 2;
const secretsArn = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:muster-bench-AbCdEf";
const [ownCore, storeCore] = [0, 1];
const racing = { race: 64, limit: 10 };
/** A run that polls its streams and queues is never idle. */
const quietShare = 0.2;
const quietTries = 40;

/** How often each is measured in a round. What only reads is repeated more often. */
const readsOnly: readonly Row[] = ["get", "list-1000", "list-10000", "list-100000", "search", "feed", "sync"];
const countOf = (row: Row) => (row === "invite-100" ? 10 : readsOnly.includes(row) ? 500 : 200);
/** Until V8 has compiled what is used: once, before the first round. */
const warmOf = (row: Row, round: number) => (round > 0 ? 10 : 2 * countOf(row));

type Running = {
  name: Name;
  ask: (asked: Asked) => Promise<Answered>;
  proxy?: Proxy;
};

const profiled = values.profiles === undefined ? {} : { MUSTER_PROFILES: values.profiles };
const peers = fileURLToPath(new URL("../peers", import.meta.url));
const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** What was started, to be ended in the opposite order, whatever happens. */
const endings: (() => Promise<unknown>)[] = [];

async function started<T>(starting: Promise<T>, end: (one: T) => Promise<unknown> | undefined): Promise<T> {
  const one = await starting;
  endings.push(async () => end(one));
  return one;
}

async function run(): Promise<void> {
  // what is started from here on inherits it
  pin(process.pid, storeCore);
  if (values.profiles !== undefined) mkdirSync(values.profiles, { recursive: true });
  if (!existsSync(join(peers, "node_modules/better-auth"))) {
    say("Installing the peers into bench/peers …");
    execFileSync("npm", ["ci", "--prefix", peers, "--no-audit", "--no-fund"], { stdio: "inherit" });
  }
  const postgres = await started(startPostgres(), (one) => one?.stop());
  if (!postgres) say("Without PostgreSQL (apt-get install postgresql): its column stays empty.");
  const place = await started(openPlace(), (one) => one.leave());
  const instance = place.launch();
  await instance.ready;
  const folder = mkdtempSync(join(tmpdir(), "muster-compare-"));
  endings.push(async () => rmSync(folder, { recursive: true, force: true }));
  const { endpoint } = tableOf(place.folder);
  const { hostname: host, port } = new URL(endpoint);
  const engineProxy = await started(startProxy({ host, port: Number(port) }), (one) => one.stop());
  const { MUSTER_SECRETS_FILE: file = "", ...own } = environmentOf(place.folder);
  // as a deployment reads them: a local run does so again at each request
  const stored = Object.assign(JSON.parse(readFileSync(file, "utf8")), { origin: originSecret });
  const secrets = await started(startSecrets({ [secretsArn]: JSON.stringify(stored) }), (one) => one.stop());
  const environment = Object.assign(own, credentialsOf(place.folder), {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${engineProxy.port}`,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
    MUSTER_SECRETS_ARN: secretsArn,
  });
  const storeProxy = postgres && (await started(startProxy({ path: postgres.socket }), (one) => one.stop()));
  const starts: { [Of in Name]: () => Promise<Running | undefined> | undefined } = {
    muster: () => start("muster", [place.folder], environment, engineProxy),
    postgres: () => storeProxy && start("postgres", [String(storeProxy.port)], {}, storeProxy),
    sqlite: () => start("sqlite", [join(folder, "peer.db")], {}),
    express: () => start("express", [], environment, engineProxy),
    bare: () => start("bare", [], environment, engineProxy),
  };
  const wanted = names.filter((name) => (values.subjects?.split(",") ?? names).includes(name));
  const running: Running[] = [];
  for (const name of wanted) {
    const one = await starts[name]();
    if (one) running.push(one);
  }

  const outcomes: Outcome[] = [];
  const members: { [Of in Name]?: number } = {};
  for (const row of chosen) {
    const outcome: Outcome = { row, near: {}, far: {} };
    outcomes.push(outcome);
    for (let round = 0; round < rounds; round++) {
      for (const one of running) {
        const measured = await measure(one, row, round);
        if (measured) (outcome.near[one.name] ??= []).push(measured);
      }
    }
    for (const one of running) {
      const measured = await measure(one, row);
      if (measured) outcome.far[one.name] = measured;
    }
    say(JSON.stringify(outcome));
  }
  for (const { name, ask } of running) {
    const answered = insist(name, await ask(racing));
    if (typeof answered === "object" && "members" in answered) members[name] = answered.members;
  }
  say(JSON.stringify(members));
  const all = [...outcomes, ...measuredBefore()].toSorted(
    (one, other) => rows.indexOf(one.row) - rows.indexOf(other.row),
  );
  report(all, { members, racing, rounds, postgres: postgres?.version, write: values.write === true });

  /** Without a round: with a store that is farther away. */
  async function measure({ name, ask, proxy }: Running, row: Row, round?: number): Promise<Measured | undefined> {
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
    process.kill(instance.pid, "SIGSTOP");
    try {
      return await work();
    } finally {
      process.kill(instance.pid, "SIGCONT");
    }
  }

  /** Until the run beside Muster has done what the preparation left it: its work is not measured. */
  async function quiet(): Promise<void> {
    for (let tried = 0; tried < quietTries; tried++) {
      const [before, began] = [cpuOf(instance.pid), performance.now()];
      await pause(500);
      if ((cpuOf(instance.pid) - before) / (performance.now() - began) < quietShare) return;
    }
  }
}

/** What an earlier run has printed of rows that this one leaves out. */
function measuredBefore(): Outcome[] {
  if (values.before === undefined) return [];
  const lines = readFileSync(values.before, "utf8").split("\n");
  const printed = lines.filter((line) => line.startsWith('{"row":')).map((line) => JSON.parse(line) as Outcome);
  return printed.filter(({ row }) => !chosen.includes(row));
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
    env: Object.assign({ PATH: process.env.PATH, NODE_ENV: "production", ...profiled }, environment),
  });
  endings.push(() => ended(child));
  pin(child.pid, ownCore);
  let settle: (answered: Answered) => void = () => {};
  child.on("message", (answered: Answered) => settle(answered));
  child.once("exit", () => settle({ failed: "The process has ended." }));
  const next = async () => insist(name, await new Promise<Answered>((resolve) => (settle = resolve)));
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

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  await run();
} finally {
  for (const end of endings.toReversed()) await end();
}
