import { type ReadEntry, readModel, readWebsite } from "@muster/settings/entry.ts";
import {
  type Field,
  type FieldKey,
  fieldKeys,
  fields,
  helpOf,
  maxEntries,
  type Section,
  sectionOf,
} from "@muster/settings/fields.ts";
import { type Kind, noModel } from "@muster/settings/kind.ts";
import * as v from "valibot";
import { implied, type Field as Refused } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { group, Integer } from "../base/shape.ts";
import { maxListLength } from "./limits.ts";
import { isPacked, type Packed } from "./parts.ts";
import type { Patch } from "./section.ts";

// What a layer says of each setting, as it is sent, stored and answered. All of it follows from the declared fields.

/** Characters of an entry as it is sent. */
const maxText = 20_000;
/** Entries that a revision shows of what was added to a list, and of what was removed. */
const maxShown = 100;
const maxRefused = 100;

// Shapes

/** The version of a client. */
const Version = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/, "A version has three numbers, such as 2.10.0."),
);
const Text = v.pipe(v.string(), v.trim(), v.minLength(1, "Expected a text."), v.maxLength(maxText));
const Model = v.pipe(
  Text,
  v.check((text) => text === noModel || "entry" in readModel(text), "Expected the id of a model, or none."),
);
const listOf = (entries: number) => v.pipe(v.array(Text), v.maxLength(entries, tooMany(entries)));
const tooMany = (entries: number) => `Expected at most ${entries.toLocaleString("en")} entries.`;

const shapeOfKind = {
  toggle: () => v.boolean(),
  choice: ({ kind }) => v.picklist(kind.options as string[]),
  version: () => Version,
  allowList: (field) => listOf(field.maxEntries ?? maxEntries),
  denyList: (field) => listOf(field.maxEntries ?? maxEntries),
  model: () => Model,
} satisfies Record<Kind<unknown>["name"], (field: Field) => v.GenericSchema>;

const fieldOf = (key: FieldKey) => fields[key] as unknown as Field;
const kindOf = (key: FieldKey) => fieldOf(key).kind;
/** Returns whether a setting is a list. */
export const isList = (key: FieldKey) => fieldOf(key).readEntry !== undefined;
/** Returns whether a setting may have a list that is too long for its section's row. */
export const isLong = (key: string) => (fields as Record<string, Partial<Field>>)[key]?.maxEntries !== undefined;
export const shapeOf = (key: FieldKey): v.GenericSchema => shapeOfKind[kindOf(key).name](fieldOf(key));
/**
 * Returns the shape of a value in an answer: what was stored has passed, and a list may be of a release that allows
 * more.
 */
export const shownOf = (key: FieldKey): v.GenericSchema => (isList(key) ? v.array(v.string()) : shapeOf(key));
/** Says what a setting does wherever it stands in the API document. */
export const withHelp = <const S extends v.GenericSchema>(key: FieldKey, shape: S) =>
  v.pipe(shape, v.description(helpOf(key)));

/** The key of a setting. */
export const FieldName = v.picklist(fieldKeys);

const Stamp = {
  /** The account that set it. */
  by: v.optional(ID.schema("account")),
  /** The time it was set. */
  at: v.optional(v.string()),
  /** The revision that set it. */
  revision: v.optional(Integer),
};

const Count = {
  /** The number of entries in a list. */
  count: v.optional(Integer),
};

const said = (key: FieldKey) => {
  const shape = v.object({
    /** The value. A long list of websites is left out: get it by itself. */
    value: isLong(key) ? v.optional(shownOf(key)) : shownOf(key),
    ...((isList(key) ? Count : {}) as typeof Count),
    /** True if the value is locked: no layer below changes it. */
    isLocked: v.boolean(),
    /** True if the stored value cannot be read, so that the strictest value stands for it. */
    isDamaged: v.optional(v.boolean()),
    ...Stamp,
  });
  return v.optional(withHelp(key, shape));
};
/** The values of a layer, by setting. A setting that is missing is left to the layers above. */
export const Entries = v.object(Object.fromEntries(fieldKeys.map((key) => [key, said(key)])));
export type Entries = v.InferOutput<typeof Entries>;

const partsOf = (key: FieldKey) => ({
  /** Entries to add to the list, in place of a new value. */
  add: v.optional(shapeOf(key)),
  /** Entries to remove from the list, in place of a new value. */
  remove: v.optional(shapeOf(key)),
});

const change = (key: FieldKey) => {
  const shape = group({
    /** The new value. */
    value: v.optional(shapeOf(key)),
    ...((isList(key) ? partsOf(key) : {}) as ReturnType<typeof partsOf>),
    /** True if no layer below may change the value. A new value is a default unless it is locked. */
    isLocked: v.optional(v.boolean()),
  });
  return v.optional(v.nullable(withHelp(key, shape)));
};
/** Changes, by setting: what is left out stays, and null leaves the setting to the layers above. */
export const Changes = group(Object.fromEntries(fieldKeys.map((key) => [key, change(key)])));
export type Changes = {
  [K in FieldKey]?: { value?: unknown; add?: string[]; remove?: string[]; isLocked?: boolean } | null;
};

type Reads = (text: string) => ReadEntry;
/** Readers of new entries of a list, where they take a lookup that clients do without. Loaded where they are used. */
const readsNew: { [K in FieldKey]?: () => Promise<Reads> } = {
  "websites.denied": async () => {
    const { isPublicSuffix } = await import("../net/public-suffix.ts");
    // threat: a typing error denies every website of a country
    return (text) => readWebsite(text, isPublicSuffix);
  },
};

/**
 * Returns the changes with every entry as it is kept, sorted and without duplicates.
 * @param path where the caller finds the changes
 * @throws input.invalid with the reason of each entry that is none
 */
export async function readChanges(changes: Changes, path = "fields"): Promise<Changes> {
  const refused: Refused[] = [];
  const kept: Changes = { ...changes };
  for (const [key, wanted] of Object.entries(changes) as [FieldKey, Changes[FieldKey]][]) {
    const { readEntry } = fieldOf(key);
    if (!wanted || readEntry === undefined) continue;
    const { value, add, remove } = wanted;
    if (value !== undefined && (add || remove)) {
      refused.push({ path: `${path}.${key}`, message: "Send either a value, or what to add and remove." });
    }
    const readNew = ((value !== undefined || add) && (await readsNew[key]?.())) || readEntry;
    const lists = (["value", "add"] as const).flatMap((name) => {
      const list = wanted[name] as string[] | undefined;
      return list ? [[name, readList(list, readNew, `${path}.${key}.${name}`, refused)] as const] : [];
    });
    kept[key] = { ...wanted, ...Object.fromEntries(lists), ...(remove && { remove: removable(remove, readEntry) }) };
  }
  if (refused.length > 0) throw implied.invalid({ fields: refused.slice(0, maxRefused) });
  return kept;
}

/** Any entry that a list once took: each as it is kept now, and as it was sent. */
const removable = (list: string[], readEntry: Reads): string[] =>
  sorted(list.map(readEntry).flatMap((read, i) => [String(list[i]).trim(), ...("entry" in read ? [read.entry] : [])]));

function readList(list: string[], readEntry: Reads, path: string, refused: Refused[]): string[] {
  const entries = list.map((text, i) => {
    const read = readEntry(text);
    if ("entry" in read) return read.entry;
    refused.push({ path: `${path}.${i}`, message: read.problem });
    return "";
  });
  if (JSON.stringify(entries).length > maxListLength) {
    refused.push({ path, message: `The entries have more than ${maxListLength.toLocaleString("en")} characters.` });
  }
  return sorted(entries);
}

const sorted = (list: Iterable<string>): string[] => [...new Set(list)].sort();

// Stored entries

/** Stored entries, with those of a newer release, which are kept. */
export type Stored = Readonly<Record<string, unknown>>;
export type Origin = { by: ID.ID<"account">; at: string; revision?: number };

/** Returns what a layer says, to be answered. Settings that this release does not know are left out. */
export function describe(stored: Stored): Entries {
  const known = fieldKeys.filter((key) => Object.hasOwn(stored, key));
  return Object.fromEntries(known.map((key) => [key, described(key, stored[key])])) as Entries;
}

export function described(key: FieldKey, stored: unknown) {
  const { value, isLocked, ...stamp } = (stored ?? {}) as Record<string, unknown>;
  const packed = isLong(key) && isPacked(value) ? value : undefined;
  const readable = packed ? [] : kindOf(key).read(value);
  const isDamaged = readable === undefined || (isLocked !== undefined && typeof isLocked !== "boolean");
  const count = packed?.count ?? (Array.isArray(readable) ? readable.length : undefined);
  return {
    ...(!packed && { value: readable ?? kindOf(key).strictest }),
    ...(count !== undefined && { count }),
    isLocked: isDamaged || isLocked === true,
    ...(isDamaged && { isDamaged: true }),
    ...readStamp(stamp),
  };
}

const readStamp = ({ by, at, revision }: Record<string, unknown>) => ({
  ...(ID.is("account", by) && { by }),
  ...(typeof at === "string" && { at }),
  ...(typeof revision === "number" && { revision }),
});

export type Entry = ReturnType<typeof described>;

/** The settings of which what is stored cannot be read. */
export const damagedIn = (stored: Stored): FieldKey[] =>
  fieldKeys.filter((key) => Object.hasOwn(stored, key) && described(key, stored[key]).isDamaged === true);

/** Returns the entries with the changes on top, and what that changes: nothing for what is so already. */
export function apply(stored: Stored, changes: Changes, origin: Origin): { entries: Stored; patch: Patch } {
  const entries: Record<string, unknown> = { ...stored };
  const patch: Patch = {};
  for (const [key, wanted] of Object.entries(changes) as [FieldKey, Changes[FieldKey]][]) {
    if (wanted === undefined) continue;
    const before = Object.hasOwn(stored, key) ? described(key, stored[key]) : undefined;
    const after = entryAfter(key, before, wanted);
    if (before?.isDamaged !== true && isAlike(before && plain(before), after)) continue;
    if (after) entries[key] = { ...after, ...origin };
    else delete entries[key];
    patch[key] = {
      ...(before && { from: plain(before) }),
      ...(after && { to: after }),
      ...(isList(key) && difference(before?.value, after?.value)),
    };
  }
  return { entries, patch };
}

type Before = ReturnType<typeof described> | undefined;

function entryAfter(key: FieldKey, before: Before, wanted: NonNullable<Changes[FieldKey]> | null) {
  const value = wanted === null ? undefined : valueAfter(key, before, wanted);
  const isLocked = wanted?.isLocked ?? before?.isLocked ?? false;
  return value === undefined ? undefined : { value, ...(isLocked && { isLocked }) };
}

/** Returns the value after a change. A list that entries are added to must be readable. @throws row.unreadable */
function valueAfter(key: FieldKey, before: Before, wanted: NonNullable<Changes[FieldKey]>): unknown {
  const { value, add = [], remove = [] } = wanted;
  if (value !== undefined || (add.length === 0 && remove.length === 0)) return value ?? before?.value;
  // threat: entries are added to a list that cannot be read, and replace it
  if (before?.isDamaged === true) throw implied.unreadable();
  const gone = new Set(remove);
  const kept = listIn(before?.value).filter((entry) => !gone.has(entry));
  const after = sorted([...kept, ...add]);
  const most = fieldOf(key).maxEntries ?? maxEntries;
  // threat: a list may grow without end, entry by entry
  if (after.length > most) throw implied.invalid({ fields: [{ path: `fields.${key}.add`, message: tooMany(most) }] });
  return after;
}

/** Returns what came to a list and what went, the first of each. */
function difference(before: unknown, after: unknown) {
  const [old, now] = [listIn(before), listIn(after)];
  const [was, is] = [new Set(old), new Set(now)];
  const [added, removed] = [now.filter((entry) => !was.has(entry)), old.filter((entry) => !is.has(entry))];
  return {
    added: added.slice(0, maxShown),
    removed: removed.slice(0, maxShown),
    addedCount: added.length,
    removedCount: removed.length,
  };
}

const listIn = (value: unknown): string[] => (Array.isArray(value) ? (value as string[]) : []);

/** The part of an entry that somebody sets. */
const plain = ({ value, isLocked }: { value?: unknown; isLocked: boolean }) => ({
  value,
  ...(isLocked && { isLocked }),
});
const isAlike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The changes that concern a section. */
export function changesOf(section: Section, changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([key]) => sectionOf(key as FieldKey) === section));
}

/** The lists in parts among what is stored. */
export const packedIn = (stored: Stored): [FieldKey, Packed][] =>
  fieldKeys.flatMap((key): [FieldKey, Packed][] => {
    const { value } = (stored[key] ?? {}) as { value?: unknown };
    return isLong(key) && isPacked(value) ? [[key, value]] : [];
  });

/** Returns what is stored, with a value in place of another. Without one, it is damage. */
export const withValue = (stored: Stored, key: FieldKey, value: unknown): Stored => ({
  ...stored,
  [key]: { ...(stored[key] as object), value },
});
