import { readdirSync } from "node:fs";
import { Agent, request } from "node:http";
import { constants, loadavg, setPriority } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ID } from "@muster/core/base/id.ts";
import { type Caller, openCaller, until } from "@muster/local/testing/worlds/caller.ts";
import { openPlace, type Place } from "@muster/local/testing/worlds/instance.ts";
import { grantSeats } from "@muster/local/testing/worlds/scan.ts";
import { upload, watch } from "@muster/local/testing/worlds/upload.ts";
import { print } from "../shared/output.ts";

/**
 * Measures one person's wait for an email while others want many, through a whole local run that sends 14 emails per
 * second: a sign-in code of a known account beside 300 clients that ask for others' codes, a code while 10,000
 * invitations wait, and a single invitation of one organization beside another's 10,000. It needs Linux, which has a
 * network for each client.
 */
const sendRate = 14;
const clients = 300;
const betweenAsksMs = 20_000;
const known = 12;
const invitations = 10_000;
const perCall = 100;
const looks = 8;
const betweenLooksMs = 5_000;
const patienceMs = 120_000;

const inSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const loadNow = () => `load ${(loadavg()[0] ?? 0).toFixed(1)}`;

type Running = { place: Place; caller: Caller };

type Scenario = (running: Running) => Promise<void>;

const scenarios: Record<string, Scenario> = {
  codes: besideManyClients,
  import: async (running) => besideInvitations(running, importPeople),
  api: async (running) => besideInvitations(running, invitePeople),
};

/** With the limits of a deployment. Half of the clients ask for codes of accounts, half for those of nobody. */
async function besideManyClients({ place, caller }: Running): Promise<void> {
  const people = Array.from({ length: known }, (_, n) => `known-${n}@example.com`);
  const victims = Array.from({ length: known }, (_, n) => `victim-${n}@example.com`);
  for (const [n, person] of [...people, ...victims].entries()) {
    await signIn({ place, caller }, network(clients + n), person);
  }

  const stop = new AbortController();
  const answers = new Map<number, number>();
  const asking = Array.from({ length: clients }, async (_, n) => {
    await pause((betweenAsksMs * n) / clients);
    for (let round = 0; !stop.signal.aborted; round++) {
      const others = n % 2 ? `nobody-${n}-${round}@example.org` : `victim-${(n / 2) % known}@example.com`;
      const status = await askFrom(place.url, network(n), others).catch(() => 0);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      await pause(betweenAsksMs);
    }
  });
  await pause(30_000);
  const waits: number[] = [];
  for (const [n, person] of people.entries()) {
    const before = (await caller.mailsTo(person)).length;
    const from = performance.now();
    while ((await askFrom(place.url, network(clients + n), person)) !== 202) await pause(1_000);
    await arrival(caller, person, before);
    waits.push(performance.now() - from);
    await pause(betweenLooksMs);
  }
  stop.abort();
  await Promise.all(asking);
  const asked = [...answers].map(([status, times]) => `${times} answered ${status}`).join(", ");
  print(`(a) A code of a known account, beside ${clients} clients (${asked}): ${summary(waits)}; ${loadNow()}`);
}

/** Measures beside many invitations. Only the send rate bounds them: a developer's limits are out of the way. */
async function besideInvitations({ place, caller }: Running, send: typeof importPeople): Promise<void> {
  const [owner, other] = [await caller.signIn("ada@example.com"), await caller.signIn("bob@example.com")];
  const large = await found(caller, place, owner, "Large", invitations);
  const small = await found(caller, place, other, "Small", looks);
  const how = await send(caller, large, owner);
  const waiting = () => invitations - mailsIn(place);
  const begun = waiting();
  const [codes, singles]: number[][] = [[], []];
  for (let n = 0; n < looks; n++) {
    const before = (await caller.mailsTo("ada@example.com")).length;
    codes?.push(
      await timed(
        () => caller.insist("POST", "/sign-in", { body: { email: "ada@example.com" } }),
        caller,
        "ada@example.com",
        before,
      ),
    );
    const email = `single-${n}@example.com`;
    const body = { invitations: [{ email, role: "read" }] };
    singles?.push(
      await timed(
        () => caller.insist("POST", `/organizations/${small}/invitations`, { token: other, body }),
        caller,
        email,
        0,
      ),
    );
    await pause(betweenLooksMs);
  }
  const left = `${begun} to ${waiting()} of ${invitations} invitations ${how} wait`;
  print(`(b) A code of a known account, while ${left}: ${summary(codes ?? [])}; ${loadNow()}`);
  print(`(c) A single invitation of another organization, at the same time: ${summary(singles ?? [])}`);
}

async function importPeople(caller: Caller, organization: ID<"organization">, token: string): Promise<string> {
  const people = Array.from({ length: invitations }, (_, n) => `person-${n}@example.com,read\n`);
  const id = await upload(caller, organization, token, new Blob(["email,role\n", ...people]));
  await watch(caller, `/organizations/${organization}/imports/${id}`, token, { everyMs: 500 });
  return "from a file";
}

async function invitePeople(caller: Caller, organization: ID<"organization">, token: string): Promise<string> {
  for (let from = 0; from < invitations; from += perCall) {
    const all = Array.from({ length: perCall }, (_, n) => ({ email: `person-${from + n}@example.com`, role: "read" }));
    const path = `/organizations/${organization}/invitations`;
    await caller.insist("POST", path, { token, body: { invitations: all } });
  }
  return "by the API";
}

async function found(caller: Caller, place: Place, token: string, name: string, seats: number) {
  const { id } = await caller.insist("POST", "/organizations", { token, body: { name } });
  await grantSeats(place.folder, id as ID<"organization">, seats + 1);
  return id as ID<"organization">;
}

async function timed(act: () => Promise<unknown>, caller: Caller, email: string, before: number): Promise<number> {
  const from = performance.now();
  await act();
  await arrival(caller, email, before);
  return performance.now() - from;
}

/** Resolves when an address has more emails than before. */
const arrival = (caller: Caller, email: string, before: number) =>
  until(async () => ((await caller.mailsTo(email)).length > before ? true : undefined), patienceMs);

/** Counts the emails of all recipients. */
const mailsIn = (place: Place) =>
  readdirSync(join(place.folder, "mails")).filter((name) => name.endsWith(".json")).length;

/** An address in a /24 of its own, on loopback. */
const network = (n: number) => `127.${100 + (n >> 8)}.${n & 255}.1`;

/** Each from a network of its own, because one network's strangers wait for each other. */
async function signIn({ place, caller }: Running, from: string, email: string): Promise<void> {
  const { body } = await post(place.url, from, "/sign-in", { email });
  await arrival(caller, email, 0);
  const code = /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/.exec((await caller.mailsTo(email))[0]?.text ?? "")?.[0];
  await post(place.url, from, "/sign-in/token", { flow: JSON.parse(body).flow, code });
}

/** Asks for a code from an address of this machine; returns the status. */
const askFrom = async (url: string, from: string, email: string) =>
  (await post(url, from, "/sign-in", { email })).status;

function post(
  url: string,
  localAddress: string,
  path: string,
  json: object,
): Promise<{ status: number; body: string }> {
  const body = JSON.stringify(json);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/api/v1${path}`, { method: "POST", headers, localAddress, agent: new Agent() });
    asked.once("error", reject);
    asked.once("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    asked.end(body);
  });
}

function summary(waits: readonly number[]): string {
  const sorted = waits.toSorted((one, other) => one - other);
  return `at most ${inSeconds(sorted.at(-1) ?? 0)}, median ${inSeconds(sorted[sorted.length >> 1] ?? 0)} of ${waits.length}`;
}

/** Other programs of this machine are no part of the run. Its engine inherits the priority. */
function prefer(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_HIGHEST);
  } catch {
    print("This user may not raise the priority of the run, so other programs slow it down.");
  }
}

/** @param words some of: codes, import, api; all of them without one */
export async function run(words: string[]): Promise<void> {
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (words.length === 0 || words.includes(name)) await measure(name, scenario);
  }
}

async function measure(name: string, scenario: Scenario): Promise<void> {
  const place = await openPlace("--send-rate", String(sendRate), ...(name === "codes" ? ["--real-limits"] : []));
  try {
    const instance = place.launch();
    prefer(instance.pid);
    await instance.ready;
    await scenario({ place, caller: openCaller(place.url) });
  } finally {
    await place.leave();
  }
}
