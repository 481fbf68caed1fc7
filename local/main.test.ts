import { type ChildProcess, type ChildProcessByStdio, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { buildLocal } from "./build.mjs";
import { startEngine } from "./engine/engine.ts";
import { listen } from "./http/server.ts";
import { commandOf } from "./run/process.ts";
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

// a clean stop, because an engine would outlive a kill
afterEach(async () => {
  for (const child of running) {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  running.clear();
});

afterAll(() => rmSync(folder, { recursive: true }));

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
async function start(data: string, environment: Record<string, string> = {}): Promise<Instance> {
  const instance = launch(["--port", "0", "--data", join(folder, data)], environment);
  await expect.poll(() => instance.said() || instance.child.exitCode).toContain("Ctrl-C stops.");
  return { ...instance, url: /http:\/\/127\.0\.0\.1:\d+/.exec(instance.said())?.[0] ?? "" };
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
  for (const person of ["ada", "bob"]) {
    const { url, child, ended, said } = await start("elsewhere", { MUSTER_DYNAMODB_ENDPOINT: engine.endpoint });
    expect(said()).toContain(`Table        ${engine.endpoint}`);
    const token = await signIn(url, `${person}@example.com`);
    const { id } = await call(url, "POST", "/organizations", { token, body: { name: "Acme" } });
    await expect.poll(() => eventTypes(url, token, id)).toEqual(expect.arrayContaining(["organization.created"]));
    child.kill("SIGTERM");
    await ended;
  }
  await engine.stop();
});

test("a person signs in with a code from the mailbox, and their actions reach the log", async () => {
  const { url } = await start("story");
  const token = await signIn(url, "ada@example.com");
  const { id } = await call(url, "POST", "/organizations", { token, body: { name: "Analytical Engines" } });
  await expect.poll(() => eventTypes(url, token, id)).toEqual(["organization.created"]);
});

test("everything survives a kill, no engine outlives it, and a clean stop exits with 0", async () => {
  const first = await start("killed");
  const token = await signIn(first.url, "ada@example.com");
  const { id } = await call(first.url, "POST", "/organizations", { token, body: { name: "Analytical Engines" } });
  const engine = engineOf("killed");
  first.child.kill("SIGKILL");
  await first.ended;
  expect(commandOf(engine)).toContain("dynoxide");

  const second = await start("killed");
  expect(commandOf(engine)).toBeUndefined();
  await expect.poll(() => eventTypes(second.url, token, id)).toEqual(["organization.created"]);
  expect(await mailsTo(second.url, "ada@example.com")).not.toEqual([]);

  const last = engineOf("killed");
  second.child.kill("SIGTERM");
  expect(await second.ended).toEqual({ code: 0, signal: null });
  expect(second.said()).toContain("Stopping.");
  expect(commandOf(last)).toBeUndefined();
});

test("killed before any call of its workers, a change still takes effect, and only once", async () => {
  const data = "faulty";
  const calm = await start(data);
  const token = await signIn(calm.url, "ada@example.com");
  calm.child.kill("SIGTERM");
  await calm.ended;

  let { url, child, ended } = await start(data);
  const { id } = await call(url, "POST", "/organizations", { token, body: { name: "Analytical Engines" } });
  child.kill("SIGKILL");
  await ended;

  let kills = 0;
  for (let call = 1; call <= 6; call++) {
    const faulty = launch(["--port", "0", "--data", join(folder, data)], { MUSTER_FAULT: `kill@${call}` });
    const { signal } = await faulty.ended;
    if (signal === "SIGKILL") kills++;
  }
  expect(kills).toBe(6);

  ({ url, child, ended } = await start(data));
  await expect.poll(() => eventTypes(url, token, id)).toEqual(["organization.created"]);
});

test("killed between a payment and Stripe's webhook, an organization has its seats, and paid once", async () => {
  const data = "paid";
  const calm = await start(data);
  const token = await signIn(calm.url, "ada@example.com");
  const order = async (name: string) => {
    const { id } = await call(calm.url, "POST", "/organizations", { token, body: { name } });
    const body = { plan: "monthly", seats: 5 };
    const { url } = await call(calm.url, "POST", `/organizations/${id}/billing/checkout`, { token, body });
    return { id: String(id), page: new URL(url).pathname };
  };
  const orders = [await order("Analytical Engines"), await order("Difference Engines")];
  calm.child.kill("SIGTERM");
  await calm.ended;

  for (const [n, { page }] of orders.entries()) {
    const { said, ended } = await start(data, { MUSTER_FAULT: `kill@${n + 1}:stripe` });
    const stripe = /Stripe +(\S+)/.exec(said())?.[1] ?? "";
    // the answer may be lost with the process; the order is paid
    await fetch(stripe + page, { method: "POST", body: new URLSearchParams(card), redirect: "manual" }).catch(() => {});
    expect((await ended).signal).toBe("SIGKILL");
  }

  const { url } = await start(data);
  for (const { id } of orders) {
    const billing = () => call(url, "GET", `/organizations/${id}/billing`, { token });
    const paid = { billingStatus: "active", seats: { paid: 5, capacity: 5 } };
    await expect.poll(billing).toMatchObject(paid);
    const { items } = await call(url, "GET", `/organizations/${id}/billing/invoices`, { token });
    expect(items).toMatchObject([{ status: "paid", total: 5_000 }]);
  }
});

test("a repeated Ctrl-C, as under npm, is one clean stop", async () => {
  const instance = await start("twice");
  const engine = engineOf("twice");
  expect(process.kill(-engine, 0), "what a terminal sends to the others' process group leaves the engine alone").toBe(
    true,
  );
  instance.child.kill("SIGINT");
  instance.child.kill("SIGINT");
  expect(await instance.ended).toEqual({ code: 0, signal: null });
  expect(commandOf(engine)).toBeUndefined();
});

test("when the process that started it is gone, Muster says so and stops", async () => {
  const words = JSON.stringify([
    "--input-type=module",
    "-e",
    program,
    "--",
    "--port",
    "0",
    "--data",
    join(folder, "orphan"),
  ]);
  const parent = `require("node:child_process").spawn(process.execPath, ${words}, { stdio: "inherit" })`;
  const instance = watch(spawn(process.execPath, ["-e", parent], { stdio: ["ignore", "pipe", "pipe"] }));
  await expect.poll(instance.said).toContain("Ctrl-C stops.");
  const engine = engineOf("orphan");
  instance.child.kill("SIGKILL");
  await instance.ended;
  expect(instance.said()).toContain("The process that started Muster is gone");
  expect(commandOf(engine)).toBeUndefined();
});

test("when the engine dies, Muster says so and stops", async () => {
  const instance = await start("engine");
  process.kill(engineOf("engine"), "SIGKILL");
  expect(await instance.ended).toEqual({ code: 1, signal: null });
  expect(instance.said()).toContain("The table engine ended unexpectedly");
});

test("a reset deletes everything", async () => {
  const first = await start("reset");
  await signIn(first.url, "ada@example.com");
  first.child.kill("SIGTERM");
  await first.ended;
  const second = launch(["--port", "0", "--data", join(folder, "reset"), "--reset"]);
  await expect.poll(second.said).toContain("Ctrl-C stops.");
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(second.said())?.[0] ?? "";
  expect(await mailsTo(url, "ada@example.com")).toEqual([]);
});

test("a demo fills an empty folder once, and says who to sign in as", async () => {
  const first = launch(["--port", "0", "--data", join(folder, "demo"), "--demo"]);
  await expect.poll(first.said).toContain("Ctrl-C stops.");
  const [, email, url = ""] = /Sign in as (\S+); the code arrives at (\S+)\/mailbox/.exec(first.said()) ?? [];
  const token = await signIn(url, email ?? "");
  const { items } = await call(url, "GET", "/organizations", { token });
  expect(items.map(({ name }: { name: string }) => name)).toContain("Meridian Labs");
  expect((await call(url, "GET", `/organizations/${items[0].id}`, { token })).seats.used).toBe(25);
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

  const second = launch(["--port", "0", "--data", join(folder, "demo"), "--demo"]);
  await expect.poll(second.said).toContain("Ctrl-C stops.");
  expect(second.said()).toContain("The demo is skipped");
  expect(second.said()).toContain(`Sign in as ${email}`);
});

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

test("a folder in use, an unknown flag and a missing engine are explained", async () => {
  const first = await start("used");
  const second = launch(["--port", "0", "--data", join(folder, "used")]);
  expect((await second.ended).code).toBe(1);
  expect(second.said()).toContain(`A Muster already runs on this folder, at ${first.url}`);

  const unknown = launch(["--prot", "1"]);
  expect((await unknown.ended).code).toBe(1);
  expect(unknown.said()).toContain("--prot");
  expect(unknown.said()).toContain("--port PORT");
});

test("the start script explains its usage", () => {
  const said = execFileSync(process.execPath, [join(root, "local", "start.mjs"), "--help"], { encoding: "utf8" });
  expect(said).toContain("npm start -- [--port PORT]");
});
