import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { call } from "./api.ts";
import type { Client } from "./fixtures.ts";

// Processes of the reference agent, as members run them.

const program = "clients/sync/bin/muster-agent.mjs";

export type Agent = {
  /** Reads the value of a setting in settings.json. */
  value: (key: string) => unknown;
  /** Ends it at once, as a power failure does. */
  kill: () => Promise<void>;
  output: () => string;
  /** Returns whether it has ended without being stopped. */
  hasEnded: () => boolean;
  /** The files of the organization that are left. */
  hasSettings: () => boolean;
};

export const buildAgent = () => void execFileSync(process.execPath, ["clients/sync/build.mjs"]);

/** A folder for the agents of one test, which end with it. They run what was built. */
export function openAgents() {
  const folder = mkdtempSync(join(test.info().outputDir, "..", "agents-"));
  const running: ChildProcess[] = [];

  /** Links an agent to the person of a client, who approves it, and lets it run. */
  async function start(
    { request }: Client,
    name: string,
    organization: string,
    more: readonly string[] = [],
  ): Promise<Agent> {
    const own = join(folder, name);
    const [server = ""] = /^http:\/\/[^/]+/.exec(String(test.info().project.use.baseURL)) ?? [];
    const linking = spawn(process.execPath, [program, "link", server, "--name", name, "--folder", own]);
    running.push(linking);
    let said = "";
    for (const stream of [linking.stdout, linking.stderr]) stream.on("data", (chunk) => (said += String(chunk)));
    await expect.poll(() => said).toMatch(/[A-Z]{4}-[A-Z]{4}/);
    const [userCode] = /\b[A-Z]{4}-[A-Z]{4}\b/.exec(said) ?? [];
    await call(request, "POST", "/device-authorization/approve", { userCode, organization });
    const [code] = await once(linking, "close");
    expect(code, said).toBe(0);

    const child = spawn(process.execPath, [program, "run", "--folder", own, ...more]);
    running.push(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    const settings = join(own, "settings.json");
    return {
      value: (key) => {
        if (!existsSync(settings)) return undefined;
        const file = JSON.parse(readFileSync(settings, "utf8")) as { settings: Record<string, { value: unknown }> };
        return file.settings[key]?.value;
      },
      kill: async () => {
        child.kill("SIGKILL");
        await once(child, "close");
      },
      output: () => output,
      hasEnded: () => child.exitCode !== null,
      hasSettings: () => existsSync(settings),
    };
  }

  /** A hook that fails while it is told to. */
  function switchedHook() {
    const flag = join(folder, `${running.length}.fails`);
    return {
      command: `test ! -e '${flag}'`,
      fail: () => writeFileSync(flag, ""),
      pass: () => rmSync(flag),
    };
  }

  return {
    start,
    switchedHook,
    stop: () => {
      for (const child of running) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
