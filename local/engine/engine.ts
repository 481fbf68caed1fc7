import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type FindOptions, findEngine } from "./find.ts";
import { type OtherEngine, otherEngine } from "./other.ts";

const startTries = 5;
const portTries = 100;
const answerWithinMs = 60_000;
const leaveWithinMs = 3_000;

/** Tests and benchmarks install the engine beside what they download. */
const cache = fileURLToPath(new URL("../../node_modules/.cache/muster", import.meta.url));

export type Engine = OtherEngine & {
  /** Missing if the engine is somebody else's (MUSTER_DYNAMODB_ENDPOINT). */
  pid?: number;
  /** Resolves when the engine has ended, with its last output, whether or not `stop` was called. */
  ended: Promise<string>;
  stop: () => Promise<void>;
};

export type EngineOptions = Pick<FindOptions, "installIn" | "say"> & {
  /**
   * The database file. It is made from the template if it is missing; without a path the engine keeps everything in
   * memory.
   */
  file?: string;
};

/**
 * Starts the DynamoDB engine on a free loopback port and resolves when it answers; or uses MUSTER_DYNAMODB_ENDPOINT.
 */
export async function startEngine({ file, installIn = cache, say }: EngineOptions = {}): Promise<Engine> {
  const other = otherEngine(process.env);
  if (other) return Object.assign(other, { ended: new Promise<string>(() => {}), stop: async () => {} });
  const binary = await findEngine({ installIn, ...(say && { say }) });
  if (file) prepare(file);
  for (let attempt = 1; ; attempt++) {
    const host = unguessableHost();
    const started = await launch(binary, { host, port: await freePort(host) }, file);
    if ("engine" in started) return started.engine;
    if (attempt === startTries || !started.said.includes("already in use")) {
      throw new Error(`The table engine (${binary}) did not start. It said: ${started.said.trim() || "nothing"}`);
    }
  }
}

/**
 * The engine checks no host name and no signature, and lets pages of every origin read it. So its address is the
 * secret: one of 2²⁴ loopback addresses, with a random port. On macOS, which has the one address, it is the port alone.
 */
const unguessableHost = (): string =>
  // threat: a page that scans the ports of this machine reads the table of a local run
  ["linux", "win32"].includes(process.platform)
    ? `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    : "127.0.0.1";

/**
 * A loopback port that is free, and stays so: systems give outgoing connections none below 32,768, and another
 * process that draws one like this finds the same in one of 20,000 cases.
 */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  for (let attempt = 0; attempt < portTries; attempt++) {
    const port = randomInt(12_000, 32_768);
    if (await isFree(host, port)) return port;
  }
  throw new Error("No loopback port is free.");
}

async function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, host, resolve);
    });
  } catch {
    return false;
  }
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

/** The template already has the index on stream records that keeps writes fast; make-template.py says more. */
function prepare(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) copyFileSync(fileURLToPath(new URL("template.db", import.meta.url)), file);
}

async function launch(
  binary: string,
  { host, port }: { host: string; port: number },
  file: string | undefined,
): Promise<{ engine: Engine } | { said: string }> {
  const child = spawn(
    binary,
    ["--host", host, "--port", String(port), ...(file === undefined ? [] : ["--db-path", file])],
    // a Ctrl-C reaches the whole process group; the engine of a folder must outlast the others, which still write to it
    { stdio: ["ignore", "pipe", "pipe"], detached: file !== undefined, windowsHide: true },
  );
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  let said = "";
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);

  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(`${said}${error.message}`));
    child.once("close", () => resolve(said));
  });
  void ended.then(() => process.off("exit", kill));

  const endpoint = `http://${host}:${port}`;
  if (!(await Promise.race([answers(endpoint, child), ended.then(() => false)]))) {
    kill();
    return { said: await ended };
  }
  const stop = () => leave(child, ended);
  return { engine: { endpoint, streamsEndpoint: endpoint, ...(child.pid && { pid: child.pid }), ended, stop } };
}

async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  const until = Date.now() + answerWithinMs;
  while (Date.now() < until && child.exitCode === null && child.signalCode === null) {
    try {
      await fetch(endpoint);
      return true;
    } catch {
      await pause(5);
    }
  }
  return false;
}

async function leave(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), leaveWithinMs);
  await ended;
  clearTimeout(timer);
}
