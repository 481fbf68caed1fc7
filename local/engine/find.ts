import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { explain } from "./explain.ts";
import { cleanUp, install } from "./install.ts";

const run = promisify(execFile);

/** The version that the tests run on, and that made template.db. */
export const engineVersion = "1.2.1";

/** There is no engine that Muster can use. The message says what to do. */
export class EngineMissing extends Error {
  override name = "EngineMissing";
}

export type FindOptions = {
  /** The folder into which the engine is installed if there is none. */
  installIn?: string;
  /** Is told what a person should know about the engine. */
  say?: (text: string) => void;
  platform?: string;
  architecture?: string;
  /** Returns the path of a file of a package of this repository. */
  resolve?: (file: string) => string | undefined;
};

/**
 * Returns the path of the engine at its tested version: the package in this repository ("@dynoxide/linux-x64"), a
 * `dynoxide` on the PATH, or what was installed into the folder; otherwise installs it there. MUSTER_ENGINE names
 * another one, of any version.
 * @throws EngineMissing
 */
export async function findEngine({
  installIn,
  say = () => {},
  platform = process.platform,
  architecture = process.arch,
  resolve = resolvePackaged,
}: FindOptions = {}): Promise<string> {
  const chosen = process.env.MUSTER_ENGINE;
  if (chosen) return useChosen(chosen, say);

  const binary = binaryOf(platform);
  const name = `@dynoxide/${platform}-${architecture}`;
  const installed = installIn && join(installIn, "engine", engineVersion);
  // threat: leftovers of a killed install are never removed
  if (installed) cleanUp(installed);
  const candidates = [resolve(`${name}/${binary}`), onPath(binary), installed && inside(installed, name, binary)];
  const { found, refused } = await firstTested(candidates);
  if (found) return found;

  const others = refused.map((one) => `${one}; Muster is tested with version ${engineVersion}.\n`).join("");
  const explained = { name, version: engineVersion, others, platform };
  if (!installed) throw new EngineMissing(explain(explained));
  // threat: each start downloads again an engine that does not run on this system
  if (!existsSync(installed)) {
    say(`${others}Installing the table engine ${name} ${engineVersion} into ${installed} …\n`);
    // threat: a start on a system without a package stops, though the registry has the engine
    const why = await install(`${name}@${engineVersion}`, installed);
    if (why) throw new EngineMissing(explain(Object.assign(explained, { why })));
    const candidate = inside(installed, name, binary);
    if ((await versionOf(candidate)) === engineVersion) return candidate;
  }
  // threat: an engine that was installed and does not run here is said not to be installed
  throw new EngineMissing(explain(Object.assign(explained, { installed })));
}

/** Returns the first that exists and has the tested version, and says why the ones before it are none. */
async function firstTested(
  candidates: readonly (string | undefined)[],
): Promise<{ found?: string; refused: string[] }> {
  const refused: string[] = [];
  for (const candidate of candidates) {
    if (!candidate || !existsSync(candidate)) continue;
    const version = await versionOf(candidate);
    // threat: an engine of another version, on which nothing was tested, keeps a developer's table
    if (version === engineVersion) return { found: candidate, refused };
    refused.push(`${candidate} is ${version ? `version ${version}` : "no engine that runs here"}`);
  }
  return { refused };
}

const binaryOf = (platform: string) => (platform === "win32" ? "dynoxide.exe" : "dynoxide");

const inside = (folder: string, name: string, binary: string) => join(folder, "node_modules", name, binary);

async function useChosen(path: string, say: (text: string) => void): Promise<string> {
  const version = await versionOf(path);
  // threat: a program that is no engine is started as one
  if (!version) throw new EngineMissing(`MUSTER_ENGINE names ${path}, which is no dynoxide that runs here.`);
  if (version !== engineVersion) {
    say(`The table engine is ${path}, version ${version}; Muster is tested with version ${engineVersion}.\n`);
  }
  return path;
}

/** The version that an engine says it has, or undefined if it does not run here. */
async function versionOf(path: string): Promise<string | undefined> {
  const answer = await run(path, ["--version"], { timeout: 10_000, windowsHide: true }).catch(() => undefined);
  return /^dynoxide (\S+)/.exec(answer?.stdout ?? "")?.[1];
}

function onPath(binary: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

function resolvePackaged(file: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(file);
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
