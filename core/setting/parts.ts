import { gunzipSync, gzipSync } from "node:zlib";
import { sha256 } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import { table } from "../kernel/ports.ts";
import { read, reportFaults } from "../kernel/stored.ts";
import { settingKeys } from "./keys.ts";
import { maxInlineLength } from "./limits.ts";
import { PartRow } from "./row.ts";

// A long list is stored in parts, each a compressed row that is named by its content and never changes. A section and
// the history name the parts. So one entry more writes one part, and no part is ever half new.

/** Characters of a part, before it is compressed, for lists that are not the longest. */
const partLength = 8_000;
const maxParts = 64;
/** Rows that one request reads. */
const batch = 100;

/** The content of a section in place of a long list. */
export type Packed = { parts: string[]; count: number };

/** Returns whether a stored value is a list in parts. */
export function isPacked(value: unknown): value is Packed {
  const { parts, count } = (value ?? {}) as Partial<Packed>;
  return Array.isArray(parts) && parts.every((name) => typeof name === "string") && typeof count === "number";
}

/**
 * Returns the list, or what stands for it and the JSON texts of its parts by name.
 * @param list sorted, without duplicates
 */
export function pack(list: readonly string[]): { value: readonly string[] | Packed; texts: Map<string, string> } {
  const { length } = JSON.stringify(list);
  if (length <= maxInlineLength) return { value: list, texts: new Map() };
  const wanted = 2 ** Math.ceil(Math.log2(length / partLength));
  const groups = Array.from({ length: Math.min(maxParts, wanted) }, (): string[] => []);
  for (const entry of list) groups[hash(entry) % groups.length]?.push(entry);
  const named = groups.map((entries) => {
    const text = JSON.stringify(entries);
    return [nameOf(text), text] as const;
  });
  return {
    value: { parts: named.map(([name]) => name), count: list.length },
    texts: new Map(named),
  };
}

/** Stores the parts of a list but those that another list has. They are there before anything names them. */
export async function store(
  organization: ID<"organization">,
  texts: ReadonlyMap<string, string>,
  known: ReadonlySet<string>,
): Promise<void> {
  const rows = [...texts].filter(([name]) => !known.has(name));
  await table.project(
    rows.map(([name, text]) => ({ put: { ...settingKeys.settingPart(organization, name), data: gzipSync(text) } })),
  );
}

/** Returns the list, or nothing if a part is missing or not what it was. */
export async function unpack(
  organization: ID<"organization">,
  { parts, count }: Packed,
): Promise<string[] | undefined> {
  const entries: string[] = [];
  for (const names of slicesOf(parts, batch)) {
    const keys = names.map((name) => settingKeys.settingPart(organization, name));
    const rows = await table.getMany(keys);
    for (const [i, name] of names.entries()) {
      const row = rows[i];
      const found = row && open(name, row);
      if (found) entries.push(...found);
      else reportFaults(row ?? settingKeys.settingPart(organization, name), ["data"]);
    }
  }
  // threat: a lost part of a long list shortens it
  return entries.length === count ? entries.sort() : undefined;
}

function open(name: string, row: PartRow): string[] | undefined {
  const data = read(PartRow, row)?.data;
  if (!data) return undefined;
  try {
    const text = gunzipSync(data).toString();
    return nameOf(text) === name ? (JSON.parse(text) as string[]) : undefined;
  } catch {
    return undefined; // not what was compressed
  }
}

const nameOf = (text: string) => sha256(text).slice(0, 22);

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return state;
}
