import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { buildLocal } from "../../build.mjs";
import { freePort } from "../../engine/engine.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));

/** A local run in a process of its own, as `npm start` starts it, but without the dashboard. */
export type Instance = {
  pid: number;
  /** The output so far. */
  said: () => string;
  kill: () => void;
  stop: () => Promise<void>;
  /** Returns whether it answers, or has ended before it did. */
  ready: Promise<boolean>;
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** An address and a state folder on which one instance after the other runs. */
export type Place = {
  url: string;
  folder: string;
  /** @param environment added to that of this process */
  launch: (environment?: Record<string, string>) => Instance;
  /** Stops what runs, gracefully, because an engine would outlive a kill, and deletes the state. */
  leave: () => Promise<void>;
};

/** @param options of `npm start` */
export async function openPlace(...options: string[]): Promise<Place> {
  const bundle = await buildLocal(root);
  const base = mkdtempSync(join(tmpdir(), "muster-place-"));
  const folder = join(base, "state");
  const port = await freePort();
  const around = { site: join(base, "no-site") };
  const program = `import { main } from ${JSON.stringify(bundle)};
    await main(process.argv.slice(1), { ...${JSON.stringify(around)}, buildSite: async () => {} });`;
  const words = ["--input-type=module", "-e", program, "--", "--port", String(port), "--data", folder, ...options];
  let last: Instance | undefined;

  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    launch: (environment = {}) => {
      const env = { ...process.env, ...environment };
      last = watch(spawn(process.execPath, words, { env, stdio: ["ignore", "pipe", "pipe"] }));
      return last;
    },
    leave: async () => {
      await last?.stop();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function watch(child: ChildProcessByStdio<null, Readable, Readable>): Instance {
  let said = "";
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  const ready = new Promise<boolean>((resolve) => {
    const collect = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("Ctrl-C stops.")) resolve(true);
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    void ended.then(() => resolve(false));
  });
  return {
    pid: Number(child.pid),
    said: () => said,
    kill: () => void child.kill("SIGKILL"),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
    ready,
    ended,
  };
}
