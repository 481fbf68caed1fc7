import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Schemas, Wanted } from "./schema-types.ts";

export type { Schema, Schemas } from "./schema-types.ts";

/** Changes with the way in which schemas are made, so that none of an earlier way is read from the cache. */
const edition = 1;

/**
 * The schemas of what the installed library sends and reads, made from its own types: some seconds at the first time,
 * then from a cache beside the installed packages.
 */
export async function openSchemas(wanted: Omit<Wanted, "library">): Promise<Schemas> {
  const library = folderOf("stripe");
  const { version } = JSON.parse(readFileSync(join(library, "package.json"), "utf8")) as { version: string };
  const mark = createHash("sha256")
    .update(JSON.stringify([edition, wanted]))
    .digest("hex")
    .slice(0, 12);
  const file = join(library, "..", ".cache", "muster", `stripe-${version}-${mark}.json`);
  return read(file) ?? keep(file, await make({ library, ...wanted }));
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
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify(made));
  renameSync(unfinished, file);
  return made;
}

function folderOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const inside = `${sep}node_modules${sep}${name}${sep}`;
  return entry.slice(0, entry.lastIndexOf(inside) + inside.length - 1);
}
