import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const installWithinMs = 180_000;
const unfinished = ".new-";
const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];

/**
 * Installs a package by npm into a folder, which is there as a whole or not at all. What another start has installed
 * there by then stays: it may already run.
 * @returns why it could not; empty if it could
 */
export async function install(specifier: string, folder: string): Promise<string> {
  mkdirSync(dirname(folder), { recursive: true });
  const made = mkdtempSync(join(dirname(folder), `${unfinished}${process.pid}-`));
  try {
    const [command, ...words] = npm();
    await run(command, [...words, "install", "--prefix", made, ...options, specifier], {
      timeout: installWithinMs,
      windowsHide: true,
    });
    // threat: a start deletes the engine that another start has installed and runs
    renameSync(made, folder);
    return "";
  } catch (error) {
    // threat: a start stops because another start was faster to install the engine
    return existsSync(folder) ? "" : reasonOf(error);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Removes what installs left behind whose process was killed. */
export function cleanUp(folder: string): void {
  const beside = dirname(folder);
  const names = existsSync(beside) ? readdirSync(beside).filter((name) => name.startsWith(unfinished)) : [];
  for (const name of names) {
    const [pid] = name.slice(unfinished.length).split("-").map(Number);
    // threat: a start removes what another start is installing
    if (!pid || !isRunning(pid)) rmSync(join(beside, name), { recursive: true, force: true });
  }
}

/** Also of a process that may not be signaled. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Finds npm as a script that Node runs, because Windows starts no npm.cmd without a shell. */
function npm(): [string, ...string[]] {
  const beside = dirname(process.execPath);
  const script = [
    process.env.npm_execpath ?? "",
    join(beside, "node_modules", "npm", "bin", "npm-cli.js"),
    join(beside, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((file) => file.endsWith("npm-cli.js") && existsSync(file));
  return script ? [process.execPath, script] : ["npm"];
}

/** The first sentence of npm's errors. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
  const sentences = [...said.matchAll(/^npm (?:error|ERR!) (?!code |errno |syscall )(.+)$/gm)].map(([, one]) => one);
  return sentences[0] ?? (error instanceof Error ? error.message : String(error));
}
