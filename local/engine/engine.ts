import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const enginePackages = ["@dynoxide/linux-x64/dynoxide"];
const startTries = 5;
const answerWithinMs = 10_000;
const leaveWithinMs = 3_000;

export type Engine = {
  endpoint: string;
  /** Missing if the engine is somebody else's (MUSTER_DYNAMODB_ENDPOINT). */
  pid?: number;
  /** Resolves when the engine has ended, with its last output, whether or not `stop` was called. */
  ended: Promise<string>;
  stop: () => Promise<void>;
};

export type EngineOptions = {
  /**
   * The database file. It is made from the template if it is missing; without a path the engine keeps everything in
   * memory.
   */
  file?: string;
};

/** The message says what to install. */
export class EngineMissing extends Error {
  override name = "EngineMissing";
}

/**
 * Starts the DynamoDB engine on a free loopback port and resolves when it answers; or uses MUSTER_DYNAMODB_ENDPOINT.
 */
export async function startEngine({ file }: EngineOptions = {}): Promise<Engine> {
  const other = process.env.MUSTER_DYNAMODB_ENDPOINT;
  if (other) return { endpoint: other, ended: new Promise(() => {}), stop: async () => {} };
  const binary = findEngine();
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

/** The engine's binary: that of a platform package, otherwise a `dynoxide` on the PATH. */
export function findEngine(packages = enginePackages): string {
  for (const name of packages) {
    const packaged = resolvePackaged(name);
    if (packaged) return packaged;
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(folder, "dynoxide");
    if (folder && isExecutable(candidate)) return candidate;
  }
  throw new EngineMissing(
    `Muster needs the table engine "dynoxide", and found neither the package @dynoxide/linux-x64 nor a dynoxide on the PATH. ` +
      `Install it with "npm install --global dynoxide" or "brew install nubo-db/tap/dynoxide", ` +
      `or set MUSTER_DYNAMODB_ENDPOINT to any other engine that speaks DynamoDB.`,
  );
}

/**
 * The engine checks no host name and no signature, and lets pages of every origin read it. So its address is the
 * secret: one of 2²⁴ loopback addresses, with a random port. Other systems than these have the one address.
 */
const unguessableHost = (): string =>
  ["linux", "win32"].includes(process.platform)
    ? `127.${randomInt(1, 255)}.${randomInt(256)}.${randomInt(1, 255)}`
    : "127.0.0.1";

/** A loopback port that was just free. */
export async function freePort(host = "127.0.0.1"): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, host, resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No loopback port is free.");
  return address.port;
}

function resolvePackaged(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
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
    { stdio: ["ignore", "pipe", "pipe"], detached: file !== undefined },
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
  return { engine: { endpoint, ...(child.pid && { pid: child.pid }), ended, stop: () => leave(child, ended) } };
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
