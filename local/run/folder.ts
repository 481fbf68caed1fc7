import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Vault } from "@muster/functions/operator/vault.ts";
import type { Credentials } from "@muster/local-base/credential.ts";
import { type KeyStore, keyFile, newKeys } from "../keys.ts";
import { newSigningKeys } from "../signing-keys.ts";
import { commandOf, end } from "./process.ts";

/** The content of a state folder; --reset removes these and nothing else. */
const contents = [
  "table.db",
  "table.db-shm",
  "table.db-wal",
  "queues.jsonl",
  "queues.jsonl.new",
  "mails",
  "bucket",
  "checkpoints",
  "devices",
  "credentials.json",
  "secrets.json",
  "keys.json",
  "signing-keys.json",
  "stripe.json",
  "stripe.json.new",
];

type Holder = {
  pid: number;
  /** Distinguishes the process from another one that got its number later. */
  command: string;
  url?: string;
  enginePid?: number;
  table?: TablePlace;
  environment?: Record<string, string>;
  aheadMs?: number;
};

/** The table of an instance, for a command beside it. The folder never holds a key of AWS. */
export type TablePlace = {
  name: string;
  endpoint: string;
  region: string;
  credentials: Credentials;
};

export type Secrets = {
  pepper: string;
  stripe: { key: string; webhooks: [string] };
};

export type Folder = {
  path: string;
  file: (name: string) => string;
  /** Records where this instance, its engine and its table are, and its time. */
  publish: (more: Omit<Holder, "pid" | "command"> & { url: string; table: TablePlace }) => void;
  reset: () => void;
  release: () => void;
};

/** A running instance uses the folder. */
export class FolderInUse extends Error {
  override name = "FolderInUse";
}

/** The folder cannot hold state; the message says why, and what to do. */
export class FolderUnusable extends Error {
  override name = "FolderUnusable";
}

/** No instance runs on the folder. */
export class NothingRuns extends Error {
  override name = "NothingRuns";
}

/**
 * Returns where the table is of the instance that runs on a folder.
 * @throws NothingRuns
 */
export const tableOf = (folder: string): TablePlace => partOf(folder, "table");

/**
 * Returns the environment of the instance's functions, for a command that does their work.
 * @throws NothingRuns
 */
export const environmentOf = (folder: string): Record<string, string> => partOf(folder, "environment");

/**
 * Returns the time of the instance: the machine's, plus what it was moved forward.
 * @throws NothingRuns
 */
export function timeOf(folder: string): Date {
  return new Date(Date.now() + partOf(folder, "aheadMs"));
}

function partOf<Part extends "table" | "environment" | "aheadMs">(
  folder: string,
  part: Part,
): NonNullable<Holder[Part]> {
  const path = resolve(folder);
  const holder = readHolder(join(path, "lock.json"));
  const found = holder?.[part];
  // threat: an operator's command works on the state of an instance that has stopped
  if (!holder || found === undefined || commandOf(holder.pid) !== holder.command) {
    throw new NothingRuns(`No Muster runs on ${path}. Start it with npm start, or name its folder by --data.`);
  }
  return found;
}

/**
 * Claims a state folder for this process, and ends an engine that a killed process left behind in it.
 * @throws FolderInUse, FolderUnusable
 */
export async function openFolder(folder: string): Promise<Folder> {
  const path = resolve(folder);
  orUnusable(path, () => makeFolder(path));
  const file = (name: string) => join(path, name);
  const lock = file("lock.json");
  await clearStale(lock, file("table.db"));

  const mine: Holder = { pid: process.pid, command: commandOf(process.pid) ?? "" };
  orUnusable(path, () => {
    try {
      writeFileSync(lock, JSON.stringify(mine), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if (codeOf(error) === "EEXIST") throw new FolderInUse(`Another Muster has just started on ${path}.`);
      throw error;
    }
  });
  return {
    path,
    file,
    publish: (more) => {
      writeFileSync(`${lock}.new`, JSON.stringify({ ...mine, ...more }), { mode: 0o600 });
      renameSync(`${lock}.new`, lock);
    },
    reset: () => {
      for (const name of contents) rmSync(file(name), { recursive: true, force: true });
    },
    release: () => rmSync(lock, { force: true }),
  };
}

/**
 * Returns the secrets of the deployment in a folder, whether or not it runs.
 * @throws NothingRuns if none ever ran
 */
export function vaultOf(folder: string): Vault {
  const file = join(resolve(folder), "secrets.json");
  if (!existsSync(file)) throw new NothingRuns(`No Muster has run on ${resolve(folder)}. Name its folder by --data.`);
  return { read: async () => readFileSync(file, "utf8"), write: async (json) => writeSecrets(file, json) };
}

function writeSecrets(file: string, json: string): void {
  writeFileSync(`${file}.new`, json, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** One after the other: where folders cannot be created, such as in /proc, Node's `recursive` never returns. */
function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

const codeOf = (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : undefined);

/** Does something to the folder; errors of the file system are explained. */
function orUnusable(path: string, run: () => unknown): void {
  try {
    run();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const why = reasons[code] ?? `the file system answers ${code}`;
    // threat: a folder that cannot hold state ends a start with a stack trace
    throw new FolderUnusable(
      `Muster cannot keep its state in ${path}: ${why}. Give it another folder: npm start -- --data DIR`,
    );
  }
}

const reasons: Record<string, string> = {
  EACCES: "this user cannot write there",
  EPERM: "this user cannot write there",
  EROFS: "it is read-only",
  EEXIST: "it is a file, not a folder",
  ENOTDIR: "a part of the path is a file, not a folder",
  ENOENT: "no folder can be created there",
  ENOSPC: "the disk is full",
};

/** Returns the secrets of this folder's deployment; made at the first start, readable by its owner only. */
export function keepSecrets({ file }: Pick<Folder, "file">): Secrets {
  const secrets = file("secrets.json");
  const kept = existsSync(secrets) ? (JSON.parse(readFileSync(secrets, "utf8")) as Partial<Secrets>) : {};
  const whole: Secrets = {
    ...kept,
    pepper: kept.pepper ?? randomBytes(32).toString("base64url"),
    stripe: kept.stripe ?? {
      key: `sk_test_${randomBytes(24).toString("hex")}`,
      webhooks: [`whsec_${randomBytes(24).toString("hex")}`],
    },
  };
  if (!kept.pepper || !kept.stripe) {
    writeSecrets(secrets, JSON.stringify(whole));
  }
  return whole;
}

/** Returns the wrapping keys of this folder's deployment; the first start makes one, which only its owner can read. */
export function keepKeys({ file }: Pick<Folder, "file">): KeyStore {
  const store = keyFile(file("keys.json"));
  if (!existsSync(file("keys.json"))) store.write(newKeys());
  return store;
}

/** The same for the keys that sign documents. */
export function keepSigningKeys({ file }: Pick<Folder, "file">): KeyStore {
  const store = keyFile(file("signing-keys.json"));
  if (!existsSync(file("signing-keys.json"))) store.write(newSigningKeys());
  return store;
}

async function clearStale(lock: string, tableFile: string): Promise<void> {
  const holder = readHolder(lock);
  if (!holder) return rmSync(lock, { force: true });
  if (holder.pid !== process.pid && commandOf(holder.pid) === holder.command) {
    throw new FolderInUse(
      `A Muster already runs on this folder${holder.url ? `, at ${holder.url}` : ""} (process ${holder.pid}). ` +
        "Stop it, or give this one another folder: npm start -- --data OTHER --port 0",
    );
  }
  const engine = holder.enginePid;
  if (engine !== undefined && isEngineOf(engine, tableFile)) await end(engine);
  rmSync(lock, { force: true });
}

function isEngineOf(pid: number, tableFile: string): boolean {
  // Windows quotes a path that has a space in it
  return commandOf(pid)?.replaceAll('"', "").endsWith(`--db-path ${tableFile}`) === true;
}

function readHolder(lock: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(lock, "utf8"));
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && "pid" in value && "command" in value;
}
