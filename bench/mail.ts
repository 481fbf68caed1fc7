import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, connect as connectTo, createServer } from "node:net";
import { constants, loadavg, setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind, type MailMessage, type SendSlot } from "@muster/core/kernel/ports.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import type { Send } from "@muster/core/mail/mailing.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { connect } from "@muster/core/table/client.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import { tableDefinition } from "@muster/core/table/schema.ts";
import { startEngine } from "@muster/local/engine/engine.ts";
import { startMail } from "@muster/local/mail/server.ts";
import { openImport, people } from "@muster/local/testing/fixtures/mailing.ts";

/**
 * Mails of an import in real time, by two workers in processes of their own, over the table engine and the mail server
 * of a local run, also in their own processes: which share of the account's rate they reach, and the maximum number of
 * mails that leave and arrive within any second. The server refuses none.
 * Run: npx tsx bench/mail.ts [per second …]
 */
const rates = process.argv.slice(2).map(Number).filter(Boolean);
const seconds = 60;
const warmupMs = 2000;
const workers = 2;
const perEvent = 97;

const region = "eu-central-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1000 };
const pepper = "a pepper that only benchmarks use, 32 characters and more";

const departures: number[] = [];

const print = (line: string) => process.stdout.write(`${line}\n`);

type Places = {
  table: string;
  provider: string;
  perSecond: number;
};

const open = ({ table, provider, perSecond }: Places) => {
  const mail = ses({ from: "muster@example.com", name: "Muster" }, { endpoint: provider, region, credentials });
  const ports = {
    table: dynamo(
      connect({
        endpoint: table,
        region,
        credentials,
      }),
      "muster-bench",
    ),
    settings,
    pepper,
    quota: mail.quota,
    mail: {
      rate: async () => perSecond,
      send: (letter: MailMessage, turn: SendSlot) =>
        mail.send(letter, {
          come: () => turn.come(),
          gone: () => {
            departures.push(performance.timeOrigin + performance.now());
            turn.gone();
          },
        }),
    },
  };
  bind(ports);
  return ports;
};

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

async function run(perSecond: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
  const engine = await startEngine({ file: join(folder, "table.db") });
  await new DynamoDBClient({ endpoint: engine.endpoint, region, credentials }).send(
    new CreateTableCommand(tableDefinition("muster-bench")),
  );
  const start = (...role: string[]) => fork(new URL(import.meta.url), role);
  const server = start("provider");
  const { port } = new URL(String((await answers(server)).endpoint));
  const front = start("front", port);
  setPriority(front.pid as number, constants.priority.PRIORITY_HIGHEST);
  const { endpoint } = await answers(front);
  const places = { table: engine.endpoint, provider: String(endpoint), perSecond };
  const { table } = open(places);
  const queue: object[] = [];
  bind({ table, settings, pepper, queues: { send: async (_, bodies) => void queue.push(...bodies) } });
  const place = await openImport({ table, clock: { at: Date.now(), pass: () => {} } });
  for (let n = 0; n * perEvent < perSecond * seconds * 1.1; n++) {
    const mailing = await place.step(people(perEvent, `step-${n}`));
    await asSystem("work", () => Mailing.begin(mailing, perEvent));
  }

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
      `at most ${maxIn(departures.splice(0))} left and ${maxIn(arrivals)} arrived in any second; load ${loads.map((load) => load.toFixed(1)).join(" to ")} (own CPU ${cpu} s)`,
  );
  server.send({ stop: true });
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function provide(): Promise<void> {
  const server = await startMail({ rate: { perSecond: 1_000_000, perDay: 100_000_000 } });
  process.once("message", () => process.exit());
  process.send?.({ endpoint: server.endpoint });
}

/**
 * Runs in front of the mail server and records when requests arrive, with priority over all other programs of this
 * machine.
 */
function note(port: number): void {
  const arrivals: number[] = [];
  const front = createServer((socket) => {
    const server = connectTo(port, "127.0.0.1");
    socket.on("data", (chunk) => {
      if (chunk.subarray(0, 5).toString() === "POST ") arrivals.push(performance.timeOrigin + performance.now());
      server.write(chunk);
    });
    server.pipe(socket);
    socket.on("close", () => server.destroy());
    for (const one of [socket, server]) one.on("error", () => socket.destroy());
  });
  front.listen(0, "127.0.0.1", () => {
    const { port: own } = front.address() as AddressInfo;
    process.send?.({ endpoint: `http://127.0.0.1:${own}` });
  });
  process.once("message", () => process.send?.({ arrivals }, () => process.exit()));
}

function work(): void {
  process.once("message", (message) => void workAt(message as Places & { until: number }));
  process.send?.({ ready: true });
}

async function workAt({ until, ...places }: Places & { until: number }): Promise<void> {
  const ports = open(places);
  bind({ ...ports, queues: { send: async (_, bodies) => void process.send?.({ later: bodies }) } });
  const next = () =>
    new Promise<Send | null>((resolve) => {
      process.once("message", (answer) => resolve((answer as { job: Send | null }).job));
      process.send?.({ next: true });
    });
  for (let job = await next(); job && Date.now() < until; job = await next()) {
    const mailing = job;
    await asSystem("bulk", () => Bulk.send(mailing), until);
  }
  process.send?.({ departures }, () => process.exit());
}

const role = process.argv[2];
if (role === "provider") await provide();
else if (role === "front") note(Number(process.argv[3]));
else if (role === "worker") work();
else {
  for (const perSecond of rates.length > 0 ? rates : [14, 50, 200]) await run(perSecond);
  process.exit();
}
