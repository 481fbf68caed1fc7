import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { buildLocal } from "./build.mjs";
import { commandOf } from "./run/process.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "muster-operator-"));
const data = join(folder, "state");
const compiled = join(folder, "operator.mjs");
let child: ChildProcess;
let url = "";

beforeAll(async () => {
  await build({
    entryPoints: [join(root, "local", "operator.ts")],
    outfile: compiled,
    bundle: true,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    // CommonJS dependencies call require, which an ES module does not have
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  });
  const bundle = JSON.stringify(await buildLocal(root));
  const around = JSON.stringify({ site: join(folder, "no-site") });
  const program = `import { main } from ${bundle};
    await main(process.argv.slice(1), { ...${around}, buildSite: async () => {} });`;
  const words = ["--input-type=module", "-e", program, "--", "--port", "0", "--data", data];
  child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const said = await new Promise<string>((resolve) => {
    let text = "";
    const collect = (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes("Ctrl-C stops.")) resolve(text);
    };
    child.stdout?.on("data", collect).on("close", () => resolve(text));
  });
  url = /http:\/\/localhost:\d+/.exec(said)?.[0] ?? "";
});

afterAll(async () => {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  rmSync(folder, { recursive: true });
});

type Answer = { exit: number; said: string; complained: string };

/** The command, compiled once. */
const operator = (...words: string[]) => execute(compiled, ...words);
/** The same as `npm run operator` starts it, which takes much longer. */
const asNpmRuns = (...words: string[]) =>
  execute(join(root, "node_modules", "tsx", "dist", "cli.mjs"), join(root, "local", "operator.ts"), ...words);

function execute(...command: string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: folder }, (error, said, complained) => {
      resolve({ exit: error ? Number(error.code) : 0, said, complained });
    });
  });
}
const here = ["--local", "--data", data];

async function call(method: string, path: string, { token, body }: { token?: string; body?: object } = {}) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Waits for the newest mail to somebody and returns the part that matches. */
async function mailed(email: string, shape: RegExp): Promise<string | undefined> {
  const find = async () => {
    const { items } = (await (await fetch(`${url}/mailbox/api/mails?to=${email}`)).json()) as {
      items: { text: string }[];
    };
    return shape.exec(items[0]?.text ?? "")?.[0];
  };
  await expect.poll(find).toBeDefined();
  return find();
}

async function signIn(email: string): Promise<string> {
  const { body } = await call("POST", "/sign-in", { body: { email } });
  const code = await mailed(email, /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/);
  const answer = await call("POST", "/sign-in/token", { body: { flow: body.flow, code } });
  return String(answer.body.token);
}

describe("the operator's command beside a local run", () => {
  test("does everything that a deployment allows, at the time of the run", async () => {
    const token = await signIn("ada@example.com");
    const id = String((await call("POST", "/organizations", { token, body: { name: "Acme" } })).body.id);
    const get = () => call("GET", `/organizations/${id}`, { token });
    const rename = () => call("PATCH", `/organizations/${id}`, { token, body: { name: "Acme Two" } });

    expect(await operator(...here, "seats", id, "22", "--json")).toMatchObject({
      exit: 0,
      said: '{"from":0,"to":22,"capacity":25}\n',
    });
    expect((await get()).body.seats).toMatchObject({ capacity: 25 });
    expect(await operator("seats", id, "2.5", ...here)).toMatchObject({ exit: 2, said: "" });

    expect(await operator("suspend", id, "--local", `--data=${data}`)).toMatchObject({ exit: 0 });
    expect(await rename()).toMatchObject({ status: 403, body: { code: "organization.suspended" } });
    expect((await get()).body.state).toBe("suspended");
    expect(await operator("reactivate", id, ...here)).toMatchObject({ exit: 0 });
    expect((await rename()).status).toBe(200);

    const logged = async () =>
      ((await call("GET", `/organizations/${id}/events`, { token })).body.items as object[]).length;
    await expect.poll(logged).toBe(5);
    expect(await operator("verify", id, ...here)).toMatchObject({ exit: 0, said: "The log is intact: 5 events.\n" });
    expect((await operator("show", id, ...here)).said).toContain("Granted       22 of them\n");
    expect(await operator("remove-suppression", "ada@example.com", ...here)).toMatchObject({ exit: 0 });
    const compared = '{"checked":0,"differ":0,"expected":0,"isComplete":true,"tripped":false}\n';
    expect(await operator("compare", "--json", ...here)).toMatchObject({ exit: 0, said: compared });
    expect(await operator("reconcile", id, ...here)).toMatchObject({ exit: 0, said: "No differences.\n" });

    const [clock = ""] = /http:\/\/127\.0\.0\.1:\d+\/clock/.exec(await (await fetch(`${url}/start`)).text()) ?? [];
    const moved = Date.now() + 2 * 86_400_000;
    expect((await fetch(clock, { method: "POST", body: new URLSearchParams({ days: "2" }) })).ok).toBe(true);
    expect(await operator("suspend", id, ...here)).toMatchObject({ exit: 0 });
    await expect.poll(logged).toBe(6);
    const { items } = (await call("GET", `/organizations/${id}/events`, { token })).body;
    const last = Math.max(...(items as { at: string }[]).map(({ at }) => Date.parse(at)));
    expect(last).toBeGreaterThanOrEqual(moved);
  });

  test("finds it through a file that only its owner can read", () => {
    expect(statSync(join(data, "lock.json")).mode & 0o777).toBe(0o600);
  });

  test("asks for the access key of a table on AWS, which no folder has", async () => {
    const remote = join(folder, "remote");
    const credentials = { accessKeyId: "LOCAL0", secretAccessKey: "of this folder" };
    const endpoint = "https://dynamodb.eu-central-1.amazonaws.com";
    const table = { name: "muster", endpoint, region: "eu-central-1", credentials };
    mkdirSync(remote);
    writeFileSync(
      join(remote, "lock.json"),
      JSON.stringify({ pid: process.pid, command: commandOf(process.pid), table }),
    );
    vi.stubEnv("AWS_ACCESS_KEY_ID", undefined);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", undefined);
    const answer = await operator("show", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "--data", remote);
    vi.unstubAllEnvs();
    expect(answer).toMatchObject({
      exit: 1,
      complained: expect.stringContaining("A table on AWS needs the access key"),
    });
  });

  test("says so if nothing runs, and what it lacks elsewhere", async () => {
    const nothing = await operator("show", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "--local");
    expect(nothing).toMatchObject({ exit: 1, complained: expect.stringContaining("No Muster runs on") });
    const elsewhere = await operator("show", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV", "--data", join(folder, "other"));
    expect(elsewhere).toMatchObject({ exit: 1, complained: expect.stringContaining("No Muster runs on") });
    const unset = await asNpmRuns("show", "org_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    expect(unset).toMatchObject({ exit: 1, complained: expect.stringContaining("MUSTER_TABLE is not set") });
    const help = await asNpmRuns("--help");
    expect(help).toMatchObject({ exit: 0, said: expect.stringContaining("--local [--data DIR]") });
  });
});

test("rotates the pepper of a local run: a link that was sent before is accepted, and no value is shown", async () => {
  const lin = await signIn("lin@example.com");
  const { body: acme } = await call("POST", "/organizations", { token: lin, body: { name: "Rotated" } });
  const invitations = [{ email: "grace@example.com" }];
  await call("POST", `/organizations/${String(acme.id)}/invitations`, { token: lin, body: { invitations } });
  const link = await mailed("grace@example.com", /mst_inv_[0-9A-Za-z._-]+/);
  const file = join(data, "secrets.json");
  const before = JSON.parse(readFileSync(file, "utf8")) as { pepper: string; stripe: object };

  const dry = await operator("secrets", "rotate", "pepper", "--dry-run", ...here);
  expect([dry.exit, JSON.parse(readFileSync(file, "utf8"))]).toEqual([0, before]);
  const { exit, said } = await operator("secrets", "rotate", "pepper", ...here);
  expect([exit, said]).toEqual([0, expect.stringContaining("valid until")]);
  const after = JSON.parse(readFileSync(file, "utf8")) as typeof before;
  expect(after.pepper).not.toBe(before.pepper);
  expect(after).toMatchObject({ stripe: before.stripe, previous: { pepper: { value: before.pepper } } });
  expect(statSync(file).mode & 0o077).toBe(0);

  expect((await call("POST", "/invitations/preview", { body: { token: link } })).status).toBe(200);
  const shown = await operator("secrets", "show", ...here);
  expect(shown.said).toMatch(/previous +sha256:[0-9a-f]{12}, valid until/);
  for (const secret of [before.pepper, after.pepper]) expect(said + shown.said).not.toContain(secret);
  expect(await operator("secrets", "rotate", "origin", ...here)).toMatchObject({ exit: 1 });
});
