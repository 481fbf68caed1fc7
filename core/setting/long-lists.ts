import { type FieldKey, fieldKeys, isFieldKey } from "@muster/settings/fields.ts";
import { implied } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { isLong, packedIn, type Stored, withValue } from "./entry.ts";
import { maxInlineLength } from "./limits.ts";
import { isPacked, type Packed, pack, store, unpack } from "./parts.ts";
import type { Patch } from "./section.ts";

// Between what a section stores and what settings mean: a long list is stored in parts.

/** Lists in parts, by setting. */
export type LongLists = ReadonlyMap<FieldKey, Packed>;

/** Returns the entries with long lists as lists: those of some settings, or all. One that cannot be read is damage. */
export async function open(
  organization: ID<"organization">,
  stored: Stored,
  keys: readonly FieldKey[] = fieldKeys,
): Promise<Stored> {
  let opened = stored;
  for (const [key, packed] of packedIn(stored).filter(([one]) => keys.includes(one))) {
    opened = withValue(opened, key, await unpack(organization, packed));
  }
  return opened;
}

/**
 * Stores the parts of every long list that a change brings, before anything names them.
 * @param before what was stored, lists in parts
 * @param after the same with the change, lists as lists
 */
export async function storeLists(
  organization: ID<"organization">,
  { before, after, patch }: { before: Stored; after: Stored; patch: Patch },
): Promise<LongLists> {
  const old = new Map(packedIn(before));
  // threat: another setting of the section takes a long list away
  const lists = new Map([...old].filter(([key]) => !(key in patch)));
  for (const key of Object.keys(patch) as FieldKey[]) {
    const { value } = (after[key] ?? {}) as { value?: unknown };
    if (!isLong(key) || !Array.isArray(value)) continue;
    const packed = pack(value as string[]);
    if (!isPacked(packed.value)) continue;
    lists.set(key, packed.value);
    await store(organization, packed.texts, new Set(old.get(key)?.parts));
  }
  return lists;
}

/** The entries with long lists in parts, as they are stored. */
export function inParts(entries: Stored, lists: LongLists): Stored {
  let stored = entries;
  for (const [key, packed] of lists) if (Object.hasOwn(entries, key)) stored = withValue(stored, key, packed);
  return stored;
}

/** The patch with long lists in parts. */
export function patchInParts(patch: Patch, before: Stored, lists: LongLists): Patch {
  const old = new Map(packedIn(before));
  const side = (said: unknown, packed: Packed | undefined) =>
    said !== undefined && packed ? { ...(said as object), value: packed } : said;
  return Object.fromEntries(
    Object.entries(patch).map(([key, { from, to, ...rest }]) => [
      key,
      {
        ...rest,
        ...(from !== undefined && { from: side(from, old.get(key as FieldKey)) }),
        ...(to !== undefined && { to: side(to, lists.get(key as FieldKey)) }),
      },
    ]),
  );
}

/** Refuses a list that is not kept in parts and too long for a revision, which has it as it was and as it becomes. @throws input.invalid */
export function refuseTooLong(patch: Patch): void {
  const tooLong = Object.entries(patch).filter(
    // threat: a list is accepted that makes its revision longer than a row may be
    ([key, { to }]) => isFieldKey(key) && !isLong(key) && JSON.stringify(to ?? null).length > maxInlineLength,
  );
  if (tooLong.length === 0) return;
  const message = `Expected at most ${maxInlineLength.toLocaleString("en")} characters in all entries.`;
  throw implied.invalid({ fields: tooLong.map(([key]) => ({ path: `fields.${key}`, message })) });
}
