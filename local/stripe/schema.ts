import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Schemas, Wanted } from "./schema-types.ts";

export type { Schema, Schemas } from "./schema-types.ts";

/** Changes with the way in which schemas are generated, so that outdated ones are not read from the cache. */
const edition = 3;
const patienceMs = 60_000;
const pollMs = 250;

/**
 * Returns the schemas of what the installed library sends and reads, generated from its own types: some seconds the
 * first time, then from a cache beside the installed packages.
 */
export async function openSchemas(wanted: Omit<Wanted, "library">): Promise<Schemas> {
  const library = folderOf("stripe");
  const { version } = JSON.parse(readFileSync(join(library, "package.json"), "utf8")) as { version: string };
  const mark = createHash("sha256")
    .update(JSON.stringify([edition, wanted]))
    .digest("hex")
    .slice(0, 12);
  const file = join(library, "..", ".cache", "muster", `stripe-${version}-${mark}.json`);
  return read(file) ?? (await waitFor(file)) ?? keep(file, await make({ library, ...wanted }));
}

/** Waits while another process generates them; returns nothing if this one should. */
async function waitFor(file: string): Promise<Schemas | undefined> {
  mkdirSync(dirname(file), { recursive: true });
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(pollMs)) {
    const found = read(file);
    if (found) return found;
    try {
      writeFileSync(`${file}.lock`, "", { flag: "wx" });
      return undefined;
    } catch {
      // another process has begun
    }
  }
  return undefined;
}

async function make(wanted: Wanted): Promise<Schemas> {
  const { schemasOf } = await import("./schema-types.ts");
  return schemasOf(wanted);
}

function read(file: string): Schemas | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Schemas;
  } catch {
    return undefined;
  }
}

function keep(file: string, made: Schemas): Schemas {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(made));
  renameSync(unfinished, file);
  rmSync(`${file}.lock`, { force: true });
  return made;
}

function folderOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const inside = `${sep}node_modules${sep}${name}${sep}`;
  return entry.slice(0, entry.lastIndexOf(inside) + inside.length - 1);
}
