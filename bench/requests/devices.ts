import { randomBytes, sign, verify } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { bind } from "@muster/core/kernel/ports.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { sections } from "@muster/settings/fields.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { type Device, link, openSync, type SyncApi } from "../shared/linked.ts";
import { count, cpuOf, head, median, print, row, sizesIn } from "../shared/output.ts";

/**
 * Devices that stay in touch, by whole requests to the API of devices, with the engine in a file: how long a change takes to
 * be at all of them, what a poll costs, and what a million of them would cost. Devices, API and engine share this machine.
 */
const usual = [1_000, 10_000];
/** In another thread: these are other machines. */
const verified = promisify(verify);
const polls = 2_000;
const waitSeconds = 25;

type Place = Deployment & SyncApi & { costs: Meter; asked: number; unchanged: number; repeated: number };
type Seen = { document: number; stored: number };

/** @param words the numbers of devices */
export async function run(words: string[]): Promise<void> {
  const sizes = sizesIn(words, usual);
  await openDeployment((deployment) => measure(deployment, sizes));
}

async function measure(deployment: Deployment, sizes: readonly number[]): Promise<void> {
  // as in a local run, no request counts a place to wait in
  bind({ syncWaitSeconds: waitSeconds, limitFactor: 1_000 });
  const place = {
    ...deployment,
    ...(await openSync()),
    costs: meter(deployment.client),
    asked: 0,
    unchanged: 0,
    repeated: 0,
  };

  const changes = ["A change is at half of them", "at 99 %", "at all", "Receipts of all are stored"];
  head(0, ["Devices that wait", "Idle: CPU", "requests", "unchanged", ...changes, "Given up and repeated"]);
  let first: Device[] | undefined;
  for (const size of sizes) {
    const { devices, idle, at, stored } = await follow(place, size);
    const seconds = [at(0.5), at(0.99), at(1), stored].map((ms) => `${(ms / 1_000).toFixed(1)} s`);
    const kept = [percent(idle.cpu), `${Math.round(idle.perSecond)} a second`, percent(idle.unchanged)];
    row([count(size), ...kept, ...seconds, place.repeated]);
    place.repeated = 0;
    first ??= devices;
  }
  if (first) await measurePolls(place, first);
}

/** Lets devices wait, saves a change, and says when each has it. */
async function follow(place: Place, size: number) {
  const organization = await place.found(`Of ${size}`);
  const devices = await link(place, organization, size);
  for (const device of devices) await ask(place, device);

  const ending = new AbortController();
  const seen: Seen[] = [];
  const reporting: Promise<void>[] = [];
  let savedAt = 0;
  const clients = devices.map(async (device) => {
    while (!ending.signal.aborted) {
      const { isNew, spreadMs } = await ask(place, device, waitSeconds);
      if (!isNew) continue;
      const one = { document: performance.now() - savedAt, stored: 0 };
      seen.push(one);
      const quietMs = spreadMs * (0.25 + 0.75 * Math.random());
      reporting.push(
        pause(quietMs).then(async () => {
          await report(place, device, organization);
          one.stored = performance.now() - savedAt;
        }),
      );
      await pause(quietMs / 4);
    }
  });
  await pause(5_000);
  const [cpu, began] = [cpuOf(process.pid), performance.now()];
  Object.assign(place, { asked: 0, unchanged: 0 });
  await pause(30_000);
  const ms = performance.now() - began;
  const idle = {
    cpu: (cpuOf(process.pid) - cpu) / ms,
    perSecond: (place.asked / ms) * 1_000,
    unchanged: place.unchanged / place.asked,
  };

  const { revision } = (await (await place.ask("GET", `/organizations/${organization}/settings`)).json()) as {
    revision: number;
  };
  savedAt = performance.now();
  const fields = { "features.telemetry": { value: true } };
  await place.ask("PATCH", `/organizations/${organization}/settings`, { revision, fields });
  while (seen.length < size || seen.some(({ stored }) => stored === 0)) await pause(50);
  ending.abort();
  const times = seen.map(({ document }) => document).toSorted((one, other) => one - other);
  const at = (share: number) => times[Math.ceil(share * times.length) - 1] ?? Number.NaN;
  const stored = Math.max(...seen.map((one) => one.stored));
  await Promise.all(clients);
  return { devices, idle, at, stored };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

type Asked = { isNew: boolean; spreadMs: number };

/** One request for the document. Returns whether there was another, which is verified as a client does. */
async function ask(place: Place, device: Device, wait = 0): Promise<Asked> {
  const { api, publicKey } = place;
  place.asked += 1;
  const headers = { authorization: `Bearer ${device.token}`, "if-none-match": device.etag };
  const nonce = randomBytes(16).toString("base64url");
  const response = await api.request(`/api/v1/sync?nonce=${nonce}&wait=${wait}&have=${device.have}`, { headers });
  if (response.status === 304) {
    place.unchanged += 1;
    return { isNew: false, spreadMs: 0 };
  }
  if (response.status === 503) {
    await comeBack(place);
    return { isNew: false, spreadMs: 0 };
  }
  if (response.status !== 200) throw new Error(`A device was answered ${response.status}.`);
  const { document } = (await response.json()) as { document: string };
  const [head = "", body = "", signature = ""] = document.split(".");
  const signed = Buffer.from(`${head}.${body}`);
  const isGenuine = await verified(null, signed, publicKey, Buffer.from(signature, "base64url"));
  if (!isGenuine) throw new Error("A document is not signed.");
  const payload = JSON.parse(Buffer.from(body, "base64url").toString()) as {
    nonce?: string;
    document: string;
    revision: number;
    sections: Record<string, { hash: string }>;
  };
  if (payload.nonce !== nonce) throw new Error("A document is the answer to another request.");
  device.etag = response.headers.get("etag") ?? "";
  device.about = { document: payload.document, revision: payload.revision };
  device.have = sections.map((section) => `${section}:${payload.sections[section]?.hash}`).join();
  return { isNew: true, spreadMs: Number(response.headers.get("muster-spread-seconds") ?? 0) * 1_000 };
}

/** Waits as a client does, so that not all of them come back at once. */
async function comeBack(place: Place): Promise<void> {
  place.repeated += 1;
  await pause(1_000 + Math.random() * 4_000);
}

/** Reports the section that has changed, as a client does: fetched, applied, enforced; and the others once more. */
async function report(place: Place, device: Device, organization: string): Promise<void> {
  const { api } = place;
  const said = [
    ...(["fetched", "applied", "enforced"] as const).map((state) => ["features", state] as const),
    ...(["models", "sources", "websites"] as const).map((section) => [section, "enforced"] as const),
  ];
  const receipts = said.map(([section, state]) => {
    device.seq += 1;
    const claims = { seq: device.seq, device: device.id, organization, ...device.about };
    const about = {
      section,
      state,
      app: "bench",
      appVersion: "1.0.0",
      platform: "linux",
      at: new Date().toISOString(),
    };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "EdDSA", typ: "muster-receipt+jwt" })}.${part({ ...claims, ...about })}`;
    return `${text}.${sign(null, Buffer.from(text), device.key).toString("base64url")}`;
  });
  const headers = { authorization: `Bearer ${device.token}`, "content-type": "application/json" };
  const body = JSON.stringify({ receipts });
  const response = await api.request("/api/v1/sync/receipts", { method: "POST", headers, body });
  if (response.status === 503) {
    await comeBack(place);
    return report(place, device, organization);
  }
  if (response.status !== 200) throw new Error(`Receipts were answered ${response.status}.`);
}

/** Measures polls that find nothing new, one after the other, and one that gets the document. */
async function measurePolls(place: Place, [device]: Device[]): Promise<void> {
  if (!device) return;
  const times: number[] = [];
  const cpu = cpuOf(process.pid);
  for (let poll = 0; poll < polls; poll++) {
    const began = performance.now();
    await ask(place, device);
    times.push(performance.now() - began);
  }
  const perPoll = (cpuOf(process.pid) - cpu) / polls;
  const same = await place.costs.measure(() => ask(place, device));
  device.etag = "";
  const whole = await place.costs.measure(() => ask(place, device));
  print("");
  print(`A poll that finds nothing new: ${median(times).toFixed(2)} ms, ${perPoll.toFixed(2)} ms of CPU,`);
  print(`${Math.round(1_000 / perPoll).toLocaleString("en")} a second of one core, ${same.readUnits} RRU.`);
  print("");
  for (const line of costModel({ poll: same, document: whole, cpuMs: perPoll })) print(line);
}

// What devices cost on AWS, from counted calls and list prices of us-east-1 in November 2026, in dollars, without a free tier.

const prices = {
  readUnits: 0.125 / 1e6,
  writeUnits: 0.625 / 1e6,
  httpApiRequest: 1 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** A GB-second on arm64. */
  lambdaSecond: 0.0000133334,
  /** A signature by an elliptic curve. */
  signature: 0.15 / 1e4,
  outGB: 0.09,
};
const memoryGB = 0.5;
/** Waiting for the table and for KMS. */
const waitingMs = 8;
const daysInMonth = 30;

type Counted = { readUnits: number; writeUnits: number };
type Given = { poll: Counted; document: Counted; cpuMs: number };
type Habit = { pollsADay: number; changesADay: number; viaGateway: boolean };

const millions = 1;
const unchangedBytes = 900;
const documentBytes = 3_000;
/** Each change: six receipts and the device's row. */
const receiptUnits = 7;

/** The lines of a table: what a million devices cost a month, by how they ask. */
function costModel(given: Given): string[] {
  const habits: [string, Habit][] = [
    ["every 5 minutes, through API Gateway", { pollsADay: 288, changesADay: 1, viaGateway: true }],
    ["every hour, through API Gateway", { pollsADay: 24, changesADay: 1, viaGateway: true }],
    ["every hour, through a function URL", { pollsADay: 24, changesADay: 1, viaGateway: false }],
    ["every 8 hours, through a function URL", { pollsADay: 3, changesADay: 1, viaGateway: false }],
  ];
  return [
    "| A million devices ask | Table | Lambda | Gateway | Signatures | Traffic | A month |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...habits.map(([name, habit]) => {
      const parts = monthOf(given, habit);
      const all = parts.reduce((sum, one) => sum + one, 0);
      return `| ${[name, ...[...parts, all].map((one) => `$${Math.round(one).toLocaleString("en")}`)].join(" | ")} |`;
    }),
  ];
}

function monthOf({ poll, document, cpuMs }: Given, { pollsADay, changesADay, viaGateway }: Habit): number[] {
  const devices = millions * 1e6;
  const requests = devices * daysInMonth;
  // once a day a document is signed again, and receipts follow each change
  const [polls, documents, receipts] = [pollsADay * requests, (changesADay + 1) * requests, changesADay * requests];
  const reads = polls * poll.readUnits + documents * document.readUnits + receipts * 4;
  const writes = receipts * receiptUnits + documents * document.writeUnits;
  const calls = polls + documents + receipts;
  const seconds = (calls * (cpuMs + waitingMs)) / 1_000;
  return [
    reads * prices.readUnits + writes * prices.writeUnits,
    calls * prices.lambdaRequest + seconds * memoryGB * prices.lambdaSecond,
    viaGateway ? calls * prices.httpApiRequest : 0,
    documents * prices.signature,
    ((polls * unchangedBytes + documents * documentBytes) / 1e9) * prices.outGB,
  ];
}
