import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { listen } from "@muster/local-base/server.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCaller } from "./testing/worlds/caller.ts";
import { openPlace, type Place, root } from "./testing/worlds/instance.ts";

const tour = join(root, "docs/tour.sh");
const script = readFileSync(tour, "utf8");
const readme = readFileSync(join(root, "README.md"), "utf8");
const shells = ["bash", "dash", "zsh"];
const isInstalled = (shell: string) =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, shell)));

let place: Place;
beforeAll(async () => {
  place = await openPlace();
  await place.launch().ready;
});
afterAll(() => place.leave());

test.for(shells)("the tour works from the first line to the last: %s", async (shell, { skip }) => {
  if (!isInstalled(shell)) skip(`There is no ${shell} on this machine.`);
  const { stdout, stderr } = await promisify(execFile)(shell, [tour, place.url]);
  expect(stderr).toBe("");
  const codes = [...script.matchAll(/# (\d{3})$/gm)].map(([, code]) => code);
  expect(codes).toContain("404");
  expect([...stdout.matchAll(/^(\d{3})$/gm)].map(([, code]) => code)).toEqual(codes);

  const lines = stdout.split("\n").filter((line) => line !== "");
  const isLabel = (line: string | undefined) => /^[A-Z].*:$/.test(line ?? "");
  const isAnswer = (line: string) => line.startsWith("{");
  expect(lines.filter((line) => !isLabel(line) && !isAnswer(line) && !/^\d{3}$/.test(line))).toEqual([]);
  expect(lines.filter((line, n) => isAnswer(line) && !isLabel(lines[n - 1]))).toEqual([]);
  const [created, invited, offered, accepted, listed, changed] = lines.filter(isAnswer);
  expect(JSON.parse(created ?? "")).toMatchObject({ name: "Acme" });
  expect(JSON.parse(invited ?? "")).toMatchObject({
    items: [{ email: "bob@example.com", outcome: "invited" }],
    seats: { capacity: 3, committed: 2 },
  });
  expect(JSON.parse(offered ?? "")).toMatchObject({ organization: { name: "Acme" }, role: "write", outcome: "open" });
  expect(JSON.parse(accepted ?? "")).toMatchObject({ organization: { name: "Acme" }, role: "write" });
  expect(JSON.parse(listed ?? "").items).toHaveLength(2);
  expect(JSON.parse(changed ?? "")).toMatchObject({ role: "admin" });
  expect(stdout).toContain('"committed":1');
  for (const event of ["invitation.accepted", "member.role_changed", "member.removed"]) expect(stdout).toContain(event);
});

test("a refusal stops the tour with the server's message", async () => {
  const detail = "Too many requests. Try again later.";
  const server = await listen((_, response) => {
    response.writeHead(429, { "content-type": "application/problem+json" });
    response.end(JSON.stringify({ code: "rate.limited", detail }));
  });
  const refused = await promisify(execFile)("sh", [tour, server.endpoint]).catch((error: unknown) => error);
  await server.stop();
  expect(refused).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining(detail) });
});

test("a developer may sign in more often than other people", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 21; n++) {
    const body = JSON.stringify({ email: "grace@example.com" });
    const headers = { "content-type": "application/json" };
    statuses.push((await fetch(`${place.url}/api/v1/sign-in`, { method: "POST", headers, body })).status);
  }
  expect(new Set(statuses)).toEqual(new Set([202]));
});

test("the lines of the README are the beginning of the tour, and can be pasted into any shell", () => {
  const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, lines = ""]) => lines);
  expect(blocks.length).toBeGreaterThan(2);
  // zsh takes a comment for a command when it is typed
  expect(blocks.filter((lines) => /#|\$\{@/.test(lines))).toEqual([]);
  const paths = blocks.join("").match(/\$api(\/[a-z/-]+)/g) ?? [];
  expect(paths.filter((path) => !script.includes(path.replace("$api", '"$api"')))).toEqual([]);
});

test.for(shells)("the lines that link a device with curl work as they are: %s", async (shell, { skip }) => {
  if (!isInstalled(shell)) skip(`There is no ${shell} on this machine.`);
  const document = readFileSync(join(root, "docs/devices.md"), "utf8");
  const [ask = "", fetchToken = "", ...more] = [...document.matchAll(/```sh\n([\s\S]*?)```/g)].map(
    ([, lines]) => lines,
  );
  expect(more).toEqual([]);
  const run = async (lines: string, env = {}) =>
    (await promisify(execFile)(shell, ["-c", lines], { env: { ...process.env, ...env } })).stdout;
  const here = ask.replace("http://localhost:4280", place.url);
  expect(here).not.toBe(ask);
  const asked = await run(here);
  const caller = openCaller(place.url);
  const token = await caller.signIn(`${shell}@example.com`);
  const { id: organization } = await caller.insist("POST", "/organizations", { token, body: { name: "Acme" } });
  const { user_code: userCode } = JSON.parse(asked) as { user_code: string };
  await caller.insist("POST", "/device-authorization/approve", { token, body: { userCode, organization } });
  const answers = await run(fetchToken, { asked, api: `${place.url}/api/v1` });
  const [linked = "", settings = ""] = answers.trim().split("\n");
  expect(JSON.parse(linked)).toMatchObject({
    access_token: expect.any(String),
    token_type: "Bearer",
    organization: { id: organization },
  });
  expect(JSON.parse(settings)).toMatchObject({ document: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) });
});

test("the README has no dead links", () => {
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path ?? "");
  const folders = [...readme.matchAll(/^\| `([a-z]+\/)` \|/gm)].map(([, path]) => path ?? "");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const commands = [...readme.matchAll(/`npm run ([a-z:]+)/g)].map(([, name]) => name ?? "");
  expect(links.length + folders.length + commands.length).toBeGreaterThan(15);
  expect([...links, ...folders].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});
