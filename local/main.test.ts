import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { testCredentials } from "@muster/local-base/credential.ts";
import { listen } from "@muster/local-base/server.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildLocal } from "./build.mjs";
import { startEngine } from "./engine/engine.ts";
import { commandOf } from "./run/process.ts";
import { createTables } from "./run/tables.ts";
import { depth } from "./testing/random.ts";
import { card } from "./testing/worlds/billing.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "muster-main-"));
const running = new Set<ChildProcess>();
let program: string;

beforeAll(async () => {
  const bundle = await buildLocal(root);
  const site = JSON.stringify(join(folder, "no-site"));
  program = `import { main } from ${JSON.stringify(bundle)};
    const take = async (port) => {
      const other = (await import("node:net")).createServer().listen(Number(port), "127.0.0.1");
      await (await import("node:events")).once(other, "listening");
    };
    const buildSite = async () => process.env.TAKEN_LATER && take(process.env.TAKEN_LATER);
    await main(process.argv.slice(1), { site: ${site}, buildSite });`;
});

afterEach(stopAll);

afterAll(() => rmSync(folder, { recursive: true }));

/** Stops what runs gracefully, because an engine would outlive a kill. */
async function stopAll(): Promise<void> {
  for (const child of running) {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  running.clear();
}

type Instance = {
  child: ChildProcess;
  url: string;
  /** The output so far. */
  said: () => string;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

function launch(words: string[], environment: Record<string, string> = {}): Omit<Instance, "url"> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, "--", ...words], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return watch(child);
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Omit<Instance, "url"> {
  running.add(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  return { child, said: () => said, ended };
}

/** An instance that answers. */
async function start(
  data: string,
  { environment = {}, more = [] }: { environment?: Record<string, string>; more?: string[] } = {},
): Promise<Instance> {
  const instance = launch(["--port", "0", "--data", join(folder, data), ...more], environment);
  return { ...instance, url: await urlOf(instance) };
}

/** Waits until it answers. */
async function urlOf({ said, child }: Omit<Instance, "url">): Promise<string> {
  await expect.poll(() => said() || child.exitCode).toContain("Ctrl-C stops.");
  return /http:\/\/localhost:\d+/.exec(said())?.[0] ?? "";
}

const engineOf = (data: string): number => JSON.parse(readFileSync(join(folder, data, "lock.json"), "utf8")).enginePid;

async function call(
  url: string,
  method: string,
  path: string,
  { token, body }: { token?: string; body?: object } = {},
) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

async function mailsTo(url: string, email: string): Promise<{ text: string }[]> {
  const answer = (await (await fetch(`${url}/mailbox/api/mails?to=${email}`)).json()) as { items: { text: string }[] };
  return answer.items;
}

async function codeFor(url: string, email: string): Promise<string> {
  const find = async (): Promise<string | undefined> => {
    const [mail] = await mailsTo(url, email);
    return /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/.exec(mail?.text ?? "")?.[0];
  };
  await expect.poll(find).toBeDefined();
  return (await find()) ?? "";
}

async function signIn(url: string, email: string): Promise<string> {
  const { flow } = await call(url, "POST", "/sign-in", { body: { email } });
  const body = { flow, code: await codeFor(url, email) };
  return (await call(url, "POST", "/sign-in/token", { body })).token;
}

async function eventTypes(url: string, token: string, organization: string): Promise<string[]> {
  const { items } = await call(url, "GET", `/organizations/${organization}/events`, { token });
  return items.map(({ type }: { type: string }) => type);
}

test("another engine is used as its endpoint is named, with tables that were there before", async () => {
  const engine = await startEngine();
  const { endpoint } = engine;
  await createTables({ name: "muster", endpoint, region: "eu-central-1", credentials: testCredentials });
  const { url, said } = await start("elsewhere", { environment: { MUSTER_DYNAMODB_ENDPOINT: endpoint } });
  expect(said()).toContain(`Table        ${endpoint}`);
  const token = await signIn(url, "ada@example.com");
  const { id } = await call(url, "POST", "/organizations", { token, body: { name: "Acme" } });
  await expect.poll(() => eventTypes(url, token, id)).toEqual(["organization.created"]);
  await stopAll();
  await engine.stop();
});

/** The request of the workers, and of Stripe's webhook, before which a process is killed. */
const callsOfWorkers = depth([1, 3], [1, 2, 3, 4, 5, 6]);
const callsOfStripe = depth([1], [1, 2]);

test("everything survives kills, takes effect once, and is deleted by a reset", async () => {
  const data = "killed";
  const first = await start(data);
  const token = await signIn(first.url, "ada@example.com");
  const orders: { id: string; page: string }[] = [];
  for (const name of callsOfStripe.map((at) => `Analytical Engines ${at}`)) {
    const { id } = await call(first.url, "POST", "/organizations", { token, body: { name } });
    const body = { plan: "monthly", seats: 5 };
    const { url } = await call(first.url, "POST", `/organizations/${id}/billing/checkout`, { token, body });
    orders.push({ id: String(id), page: new URL(url).pathname });
  }
  const { id } = await call(first.url, "POST", "/organizations", { token, body: { name: "Difference Engines" } });
  const engine = engineOf(data);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(commandOf(engine)).toContain("dynoxide");

  // before calls of the workers
  for (const at of callsOfWorkers) {
    const faulty = launch(["--port", "0", "--data", join(folder, data)], { MUSTER_FAULT: `kill@${at}` });
    expect((await faulty.ended).signal, `kill@${at}`).toBe("SIGKILL");
  }
  expect(commandOf(engine), "an engine outlives its run, not the next one").toBeUndefined();

  // between a payment and Stripe's webhook
  for (const [n, { page }] of orders.entries()) {
    const fault = `kill@${callsOfStripe[n]}:stripe`;
    const { said, ended } = await start(data, { environment: { MUSTER_FAULT: fault } });
    const stripe = /Stripe +(\S+)/.exec(said())?.[1] ?? "";
    // the answer may be lost with the process; the order is paid
    await fetch(stripe + page, { method: "POST", body: new URLSearchParams(card), redirect: "manual" }).catch(() => {});
    expect((await ended).signal).toBe("SIGKILL");
  }

  const last = await start(data, { more: ["--demo"] });
  expect(last.said()).toContain("The demo is skipped");
  expect(last.said()).toContain("Sign in as ada@example.com; the code arrives at ");
  const { url } = last;
  await expect.poll(() => eventTypes(url, token, id)).toEqual(["organization.created"]);
  expect(await mailsTo(url, "ada@example.com")).not.toEqual([]);
  for (const order of orders) {
    const billing = () => call(url, "GET", `/organizations/${order.id}/billing`, { token });
    const paid = { billingStatus: "active", seats: { paid: 5, capacity: 5 } };
    await expect.poll(billing).toMatchObject(paid);
    const { items } = await call(url, "GET", `/organizations/${order.id}/billing/invoices`, { token });
    expect(items).toMatchObject([{ status: "paid", total: 5_000 }]);
  }

  // a repeated Ctrl-C, as under npm, is one clean stop
  const lastEngine = engineOf(data);
  expect(
    process.kill(-lastEngine, 0),
    "what a terminal sends to the others' process group leaves the engine alone",
  ).toBe(true);
  last.child.kill("SIGINT");
  last.child.kill("SIGINT");
  expect(await last.ended).toEqual({ code: 0, signal: null });
  expect(last.said()).toContain("Stopping.");
  expect(commandOf(lastEngine)).toBeUndefined();

  const empty = await start(data, { more: ["--reset"] });
  expect(await mailsTo(empty.url, "ada@example.com")).toEqual([]);
  process.kill(engineOf(data), "SIGKILL");
  expect(await empty.ended).toEqual({ code: 1, signal: null });
  expect(empty.said()).toContain("The table engine ended unexpectedly");
});

test("a folder in use is explained; when the process that started Muster is gone, it says so and stops", async () => {
  const used = ["--port", "0", "--data", join(folder, "used")];
  const words = JSON.stringify(["--input-type=module", "-e", program, "--", ...used]);
  const parent = `require("node:child_process").spawn(process.execPath, ${words}, { stdio: "inherit" })`;
  const instance = watch(spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "pipe"] }));
  const url = await urlOf(instance);
  const second = launch(used);
  expect((await second.ended).code).toBe(1);
  expect(second.said()).toContain(`A Muster already runs on this folder, at ${url}`);

  const engine = engineOf("used");
  instance.child.kill("SIGKILL");
  await instance.ended;
  expect(instance.said()).toContain("The process that started Muster is gone");
  expect(commandOf(engine)).toBeUndefined();
});

test.each(depth<number[]>([], [25]))(
  "a demo of %i members fills an empty folder, and says who to sign in as",
  async (members) => {
    const first = await start("demo", { more: ["--demo", String(members)] });
    const [, email, url = ""] = /Sign in as (\S+); the code arrives at (\S+)\/mailbox/.exec(first.said()) ?? [];
    const token = await signIn(url, email ?? "");
    const { items } = await call(url, "GET", "/organizations", { token });
    expect(items.map(({ name }: { name: string }) => name)).toContain("Meridian Labs");
    expect((await call(url, "GET", `/organizations/${items[0].id}`, { token })).seats.used).toBe(members);
    expect(await call(url, "GET", "/resources", { token })).toHaveProperty("items.1");
    await expect.poll(() => call(url, "GET", "/invitations", { token })).toHaveProperty("items.0");
    const organization = items.find(({ name }: { name: string }) => name === "Meridian Labs").id;
    const statuses = async () => {
      const devices = await call(url, "GET", `/organizations/${organization}/devices`, { token });
      return new Set(devices.items.map(({ status }: { status: string }) => status));
    };
    const all = new Set(["in_force", "behind", "refused", "unreachable", "wiping", "wiped"]);
    await expect.poll(statuses).toEqual(all);
    first.child.kill("SIGTERM");
    expect((await first.ended).code).toBe(0);
  },
);

test("a taken port is explained, with a free one", async () => {
  const other = await listen((_, response) => void response.end());
  const refused = launch(["--port", String(other.port), "--data", join(folder, "port")]);
  expect(await refused.ended).toEqual({ code: 1, signal: null });
  expect(refused.said()).toMatch(
    new RegExp(`^Port ${other.port} is taken\\. Port \\d+ is free: npm start -- --data \\S+ --port \\d+\\n$`),
  );
  await other.stop();

  const port = String(other.port);
  const late = launch(["--port", port, "--data", join(folder, "late")], { TAKEN_LATER: port });
  expect(await late.ended).toEqual({ code: 1, signal: null });
  expect(late.said()).toMatch(new RegExp(`^Port ${port} is taken\\. Port \\d+ is free: npm start -- `, "m"));
});

test("an unknown flag is explained", async () => {
  const unknown = launch(["--prot", "1"]);
  expect((await unknown.ended).code).toBe(1);
  expect(unknown.said()).toContain("--prot");
  expect(unknown.said()).toContain("--port PORT");
});

test("the start script explains its usage", () => {
  const said = execFileSync(process.execPath, [join(root, "local", "start.mjs"), "--help"], { encoding: "utf8" });
  expect(said).toContain("npm start -- [--port PORT]");
});
