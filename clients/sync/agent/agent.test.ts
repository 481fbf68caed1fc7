import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { depth, seed, seededRandom } from "../../../local/testing/random.ts";
import { openServer, type Receipt, type Server, verified } from "../double.testing.ts";
import { atEnd, emptyFolder, linked } from "../fixture.testing.ts";
import { inspect } from "../inspect.ts";
import type { SettingsFile, StatusFile } from "./files.ts";

const kills = depth(2, 50);
// not in the folder of the package that is published: a build of that one empties it
const dist = fileURLToPath(new URL(`../../dist/agent-${process.pid}`, import.meta.url));

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL("../build.mjs", import.meta.url)), "--out", dist]);
  await writeFile(
    join(dist, "main.mjs"),
    'import { main } from "./agent.js";\nprocess.exitCode = await main(process.argv.slice(2));\n',
  );
});
afterAll(() => rm(dist, { recursive: true, force: true }));

type Agent = { child: ChildProcess; output: () => string; ended: Promise<number | null> };

function agent(folder: string, ...args: string[]): Agent {
  const child = spawn(process.execPath, [join(dist, "main.mjs"), ...args, "--folder", folder]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const ended = once(child, "close").then(([code]) => code as number | null);
  atEnd(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return { child, output: () => output, ended };
}

async function run(folder: string, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const { output, ended } = agent(folder, ...args);
  return { code: await ended, output: output() };
}

async function listening(): Promise<Server> {
  const server = openServer();
  atEnd(await server.listen());
  return server;
}
const withDevice = async () => {
  const [server, folder] = [await listening(), await emptyFolder()];
  return { server, folder, identity: await linked(server, folder) };
};

async function json<T>(folder: string, name: string): Promise<T | undefined> {
  const path = join(folder, name);
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as T) : undefined;
}
const settings = (folder: string) => json<SettingsFile>(folder, "settings.json");
const telemetry = async (folder: string) => (await settings(folder))?.settings["features.telemetry"]?.value;

type DeviceKeys = { signingKey: string; sealingKey: string };

describe("muster-agent", () => {
  test("ends quietly when nobody reads its output", async () => {
    const { folder } = await withDevice();
    const { child, ended } = agent(folder, "status");
    let errors = "";
    child.stderr?.on("data", (chunk) => (errors += String(chunk)));
    child.stdout?.destroy();
    await ended;
    expect(errors).toBe("");
  });

  test("ends so also when an option has the name of the command that goes on", async () => {
    const [server, folder] = [await listening(), await emptyFolder()];
    const code = { device_code: "code", user_code: "BCDF-GHJK", verification_uri: server.state.url, expires_in: 600 };
    const answers = [
      () => server.json(200, { ...code, interval: 1 }),
      () => server.json(400, { error: "access_denied" }),
    ];
    server.state.linking = { answers };
    const { child, ended } = agent(folder, "link", server.state.url, "--name", "run");
    child.stdout?.destroy();
    expect(await ended).toBe(0);
    expect(server.state.linking.answers).toHaveLength(1);
  });

  test("goes on following when nobody reads its output", async () => {
    const { server, folder } = await withDevice();
    const { child, ended } = agent(folder, "run");
    child.stdout?.destroy();
    await expect.poll(() => telemetry(folder)).toBe(false);
    server.change({ "features.telemetry": true });
    await expect.poll(() => telemetry(folder)).toBe(true);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  test("links, follows within seconds, says why, and unlinks", async () => {
    const [server, folder] = [await listening(), await emptyFolder()];
    const answers = [
      () =>
        server.json(200, {
          device_code: "device-code",
          user_code: "BCDF-GHJK",
          verification_uri: `${server.state.url}/device`,
          expires_in: 600,
          interval: 1,
        }),
      () => {
        const { signingKey, sealingKey } = (server.state.linking?.first ?? {}) as DeviceKeys;
        const device = server.admit({ signingKey, sealingKey });
        const { account, organization, keys, url: issuer } = server.state;
        const pinned = keys.map(({ kid, x }) => ({ kid, x }));
        return server.json(200, {
          access_token: device.token,
          device: device.id,
          account,
          organization,
          issuer,
          keys: pinned,
        });
      },
    ];
    server.state.linking = { answers };
    const link = await run(folder, "link", server.state.url, "--name", "Test machine");
    expect(link).toMatchObject({ code: 0, output: expect.stringContaining("enter the code BCDF-GHJK") });
    expect(link.output).toContain("Linked to Acme");
    expect(server.state.linking.first).toMatchObject({ deviceName: "Test machine", clientName: "muster-agent" });

    const following = agent(folder, "run");
    await expect.poll(() => telemetry(folder)).toBe(false);
    server.change({ "features.telemetry": true });
    await expect.poll(() => telemetry(folder)).toBe(true);
    const enforced = () =>
      server.state.receipts.filter(({ state, revision }) => state === "enforced" && revision === 2);
    await expect.poll(() => enforced().length).toBe(4);
    await expect
      .poll(() => json<StatusFile>(folder, "status.json"))
      .toMatchObject({ mode: "current", revision: 2, pid: following.child.pid });

    const why = await run(folder, "why", "features.telemetry");
    expect(why.output).toContain("features.telemetry: true\n  set by the organization");
    expect((await run(folder, "why", "features.nothing")).code).toBe(1);
    expect((await run(folder, "status")).output).toContain("revision 2, confirmed");
    expect(await run(folder, "run")).toMatchObject({ code: 1, output: expect.stringContaining("Another process") });
    expect((await run(folder, "unlink")).code).toBe(1);

    following.child.kill("SIGTERM");
    expect(await following.ended).toBe(0);
    const gone = `[ ! -e ${join(folder, "settings.json")} ] && echo "hook $MUSTER_EVENT"`;
    const unlinked = await run(folder, "unlink", "--hook", gone);
    expect(unlinked.output).toMatch(/hook wipe[^]*The server knows\./);
    expect(server.state.receipts.at(-1)).toMatchObject({ state: "wiped" });
    expect((await readdir(folder)).filter((name) => name !== "parts")).toEqual([]);
    expect((await run(folder, "status")).code).toBe(1);
  });

  test("reports a section as enforced only after the hook has done its work", async () => {
    const { server, folder } = await withDevice();
    const seen = join(folder, "seen");
    const hook = `cat "$MUSTER_SETTINGS" > ${seen}; grep -q '"revision": 1' ${seen} || [ -e ${seen}-up ]`;
    agent(folder, "run", "--hook", hook);
    const states = (revision: number) =>
      server.state.receipts.filter((one) => one.revision === revision && !/fetched|applied/.test(one.state));
    await expect.poll(() => states(1).map(({ state }) => state)).toEqual(Array(4).fill("enforced"));

    server.change({ "features.telemetry": true });
    await expect.poll(() => states(2).filter(({ state }) => state === "refused").length).toBe(4);
    expect(states(2).at(-1)).toMatchObject({ code: "other", message: "The hook ended with exit code 1." });
    expect(await readFile(seen, "utf8")).toContain('"revision": 2');
    // what the hook waits for is up a moment later
    await writeFile(`${seen}-up`, "");
    const enforced = Array(4).fill("enforced");
    await expect
      .poll(() =>
        states(2)
          .slice(-4)
          .map(({ state }) => state),
      )
      .toEqual(enforced);
  });

  test("says that it is connected again, once, after its requests have failed", async () => {
    const { server, folder } = await withDevice();
    const { child, output } = agent(folder, "run");
    await expect.poll(output).toContain("settings:");
    expect(output()).not.toContain("connected again");
    server.state.intercept = async () => server.json(503, {});
    server.notify();
    await expect.poll(output).toContain("error unavailable");
    server.state.intercept = undefined;
    await expect.poll(output).toContain("connected again");
    child.kill("SIGTERM");
    await expect.poll(() => child.exitCode).toBe(0);
    expect(output().match(/connected again/g)).toHaveLength(1);
  });

  test("does not say that something is enforced that it could not write", async () => {
    const { server, folder } = await withDevice();
    await mkdir(join(folder, "settings.json"), { recursive: true });
    const following = agent(folder, "run");
    await expect.poll(() => server.state.receipts.length).toBe(8);
    expect(following.output()).toContain("settings.json is not current");
    await rm(join(folder, "settings.json"), { recursive: true });
    const enforced = () => server.state.receipts.filter(({ state }) => state === "enforced").length;
    await expect.poll(enforced).toBe(4);
    expect(await telemetry(folder)).toBe(false);
  });

  test("removes what it wrote when the device is wiped, tells the hook, and ends", async () => {
    const { server, folder } = await withDevice();
    const isGone = `[ $MUSTER_EVENT = change ] || [ ! -e ${join(folder, "settings.json")} ]`;
    const hook = `set -u; echo "hook $MUSTER_EVENT $MUSTER_SETTINGS $MUSTER_REVISION"; ${isGone}`;
    const following = agent(folder, "run", "--hook", hook);
    await expect.poll(() => settings(folder)).toBeDefined();
    server.state.wipe = { reason: "removed", at: new Date().toISOString() };
    server.change();
    expect(await following.ended).toBe(0);
    expect(following.output()).toContain("hook wipe");
    expect((await readdir(folder)).filter((name) => name !== "parts")).toEqual([]);
    expect(server.state.receipts.at(-1)).toMatchObject({ section: "device", state: "wiped" });
  });

  test("makes nothing anew of what is removed, while hooks fail", async () => {
    const { server, folder } = await withDevice();
    const log = `${folder}/hooks`;
    // the hook of the change is due again before the third one of the wipe
    const hook = `echo $MUSTER_EVENT >> ${log}; [ $(grep -c wipe ${log}) -gt 2 ]`;
    const following = agent(folder, "run", "--hook", hook);
    await expect.poll(() => server.state.receipts.filter(({ state }) => state === "refused").length).toBe(4);
    server.state.wipe = { reason: "removed", at: new Date().toISOString() };
    server.change();
    expect(await following.ended).toBe(0);
    const events = (await readFile(log, "utf8")).trim().split("\n");
    expect(events.slice(events.indexOf("wipe"))).toEqual(["wipe", "wipe", "wipe"]);
  });

  test.each([
    ["no command", "COMMAND", []],
    ["another command", "COMMAND", ["dance"]],
    ["no setting", "why", ["why"]],
    ["an argument too many", "why", ["why", "features.telemetry", "now"]],
    ["an argument that it does not take", "status", ["status", "now"]],
    ["an option that it does not have", "status", ["status", "--loud"]],
    [
      "an option with the name of a command, and one that it does not have",
      "status",
      ["--name", "run", "status", "-x"],
    ],
  ])("says how it is used when it gets %s", async (_, known, args) => {
    const { code, output } = await run(await emptyFolder(), ...args);
    expect(code).toBe(2);
    expect(output).toContain(`Usage: muster-agent ${known}`);
  });

  test.each([
    ["--help", "COMMAND", ["--help"]],
    ["help", "COMMAND", ["help"]],
    ["the help for a command", "why", ["help", "why"]],
    ["a command and --help", "why", ["why", "--help"]],
  ])("explains itself when it gets %s", async (_, known, args) => {
    const { code, output } = await run(await emptyFolder(), ...args);
    expect(code).toBe(0);
    expect(output).toContain(`Usage: muster-agent ${known}`);
  });
});

test(`an agent that is killed ${kills} times has whole files, and its receipts are true`, async () => {
  const { server, folder, identity } = await withDevice();
  const random = seededRandom(seed);
  const documents = new Map<number, string>();
  const sent = new Map<number, string>();
  let onSync = () => {};
  server.state.intercept = async (path, genuine) => {
    if (path === "/sync") {
      server.change({ "features.telemetry": server.state.revision % 2 === 0 });
      onSync();
    }
    return genuine();
  };
  const valueOf = (revision: number) => (revision - 1) % 2 === 0;
  const checkReceipts = async () => {
    const queue = (await json<{ queue: { signed: string }[] }>(folder, "receipts.json"))?.queue ?? [];
    const queued = queue.map(({ signed }) => verified(signed, identity.signingKey.x, "muster-receipt+jwt"));
    const all = [...server.state.receipts, ...queued] as Receipt[];
    for (const receipt of all) {
      const text = JSON.stringify(receipt);
      expect(sent.get(receipt.seq) ?? text, "a number has one receipt").toBe(text);
      sent.set(receipt.seq, text);
      documents.set(receipt.revision, documents.get(receipt.revision) ?? receipt.document);
      expect(receipt.document).toBe(documents.get(receipt.revision));
    }
    // of the section that changes: what was said of the others stays true
    const about = all.filter(({ section }) => section === "features");
    return (state: string) =>
      Math.max(0, ...about.filter((one) => one.state === state).map(({ revision }) => revision));
  };

  for (let kill = 0; kill < kills; kill++) {
    const following = agent(folder, "run");
    await new Promise<void>((resolve) => {
      onSync = resolve;
    });
    await wait(random() * 80);
    following.child.kill("SIGKILL");
    await following.ended;

    const { status, why } = await inspect({ folder });
    expect(status.mode).toMatch(/current|missing/);
    const { revision = 0 } = status;
    const written = await settings(folder);
    // each revision has its own value and its own document: neither file mixes two of them
    const mixed = [
      revision > 0 && why("features.telemetry")?.value !== valueOf(revision) && "document.json",
      written?.revision !== undefined &&
        written.settings["features.telemetry"]?.value !== valueOf(written.revision) &&
        "settings.json",
    ];
    expect(mixed.filter(Boolean)).toEqual([]);
    const last = await checkReceipts();
    expect(last("fetched")).toBeLessThanOrEqual(revision);
    expect(last("applied")).toBeLessThanOrEqual(revision);
    // a later revision that leaves the section as it is in the file is in force with it
    const said = last("enforced");
    const isInFile =
      said <= (written?.revision ?? 0) || valueOf(said) === written?.settings["features.telemetry"]?.value;
    expect(isInFile, `revision ${said} is in the file`).toBe(true);
  }

  server.state.intercept = undefined;
  const { revision } = server.state;
  const last = agent(folder, "run");
  const enforced = () =>
    server.state.receipts
      .filter((one) => one.state === "enforced" && one.revision === revision)
      .map((one) => one.section);
  await expect.poll(() => new Set(enforced()).size).toBe(4);
  // all of that may have been said before this one began
  await expect.poll(() => last.output()).toContain("following");
  last.child.kill("SIGTERM");
  expect(await last.ended).toBe(0);
  await checkReceipts();
  expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".new"))).toEqual([]);
});
