import { type FieldKey, fieldKeys, fields, keysOf, type Section, sectionOf } from "@muster/settings/fields.ts";
import type { Kind } from "@muster/settings/kind.ts";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { group, Integer } from "../base/shape.ts";
import type { Patch } from "./section.ts";

// What a layer says of each setting, as it is sent, stored and answered. All of it follows from the declared fields.

/** Entries of a list, and characters of each. Longer lists have rows of their own. */
const maxEntries = 2_000;
const maxText = 300;

// Shapes

/** The version of a client. */
const Version = v.pipe(
  v.string(),
  v.regex(/^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/, "A version has three numbers, such as 2.10.0."),
);
const Text = v.pipe(v.string(), v.trim(), v.minLength(1, "Expected a text."), v.maxLength(maxText));
const List = v.pipe(
  v.array(Text),
  v.maxLength(maxEntries, `Expected at most ${maxEntries} entries.`),
  v.check((list) => new Set(list).size === list.length, "This list has the same entry twice."),
);

const shapeOfKind = {
  toggle: () => v.boolean(),
  choice: (kind) => v.picklist(kind.options as string[]),
  version: () => Version,
  allowList: () => List,
  denyList: () => List,
  model: () => Text,
} satisfies Record<Kind<unknown>["name"], (kind: Kind<unknown>) => v.GenericSchema>;

const kindOf = (key: FieldKey) => fields[key].kind as unknown as Kind<unknown>;
export const shapeOf = (key: FieldKey): v.GenericSchema => shapeOfKind[kindOf(key).name](kindOf(key));
/** Says what a setting does wherever it stands in the API document. */
export const withHelp = <const S extends v.GenericSchema>(key: FieldKey, shape: S) =>
  v.pipe(shape, v.description(fields[key].help));

/** The key of a setting. */
export const FieldName = v.picklist(fieldKeys);

const Stamp = {
  /** The account that set it. */
  by: v.optional(ID.schema("account")),
  /** When it was set. */
  at: v.optional(v.string()),
  /** The revision that set it. */
  revision: v.optional(Integer),
};

const said = (key: FieldKey) => {
  const shape = v.object({
    /** The value. */
    value: shapeOf(key),
    /** Whether the value is locked: no layer below changes it. */
    isLocked: v.boolean(),
    /** Whether what is stored cannot be read, so that the strictest value stands for it. */
    isDamaged: v.optional(v.boolean()),
    ...Stamp,
  });
  return v.optional(withHelp(key, shape));
};
/** What a layer says, by setting. A setting that is missing is left to the layers above. */
export const Entries = v.object(Object.fromEntries(fieldKeys.map((key) => [key, said(key)])));
export type Entries = v.InferOutput<typeof Entries>;

const change = (key: FieldKey) => {
  const shape = group({
    /** The new value. */
    value: v.optional(shapeOf(key)),
    /** Whether no layer below may change the value. A new value is a default unless it is locked. */
    isLocked: v.optional(v.boolean()),
  });
  return v.optional(v.nullable(withHelp(key, shape)));
};
/** Changes, by setting: what is left out stays, and null leaves the setting to the layers above. */
export const Changes = group(Object.fromEntries(fieldKeys.map((key) => [key, change(key)])));
export type Changes = { [K in FieldKey]?: { value?: unknown; isLocked?: boolean } | null };

// Stored entries

/** As they are stored: with what a newer release added, which is kept. */
export type Stored = Readonly<Record<string, unknown>>;
export type Origin = { by: ID.ID<"account">; at: string; revision?: number };

/** What a layer says, to be answered. Settings that this release does not know are left out. */
export function describe(stored: Stored): Entries {
  const known = fieldKeys.filter((key) => Object.hasOwn(stored, key));
  return Object.fromEntries(known.map((key) => [key, described(key, stored[key])])) as Entries;
}

function described(key: FieldKey, stored: unknown) {
  const { value, isLocked, by, at, revision } = (stored ?? {}) as Record<string, unknown>;
  const readable = kindOf(key).read(value);
  const isDamaged = readable === undefined || (isLocked !== undefined && typeof isLocked !== "boolean");
  return {
    value: readable ?? kindOf(key).strictest,
    isLocked: isDamaged || isLocked === true,
    ...(isDamaged && { isDamaged: true }),
    ...(ID.is("account", by) && { by }),
    ...(typeof at === "string" && { at }),
    ...(typeof revision === "number" && { revision }),
  };
}

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
    const value = wanted === null ? undefined : (wanted.value ?? before?.value);
    const isLocked = wanted?.isLocked ?? before?.isLocked ?? false;
    const after = value === undefined ? undefined : { value, ...(isLocked && { isLocked }) };
    if (before?.isDamaged !== true && isAlike(before && plain(before), after)) continue;
    if (after) entries[key] = { ...after, ...origin };
    else delete entries[key];
    patch[key] = { ...(before && { from: plain(before) }), ...(after && { to: after }) };
  }
  return { entries, patch };
}

/** The part of an entry that somebody sets. */
const plain = ({ value, isLocked }: { value: unknown; isLocked: boolean }) => ({
  value,
  ...(isLocked && { isLocked }),
});
const isAlike = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The changes that concern a section. */
export function changesOf(section: Section, changes: Changes): Changes {
  return Object.fromEntries(Object.entries(changes).filter(([key]) => sectionOf(key as FieldKey) === section));
}

/** Every change that would leave these entries as those. */
export function changesBetween(section: Section, from: Stored, to: Stored): Changes {
  return Object.fromEntries(
    keysOf(section).flatMap((key): [FieldKey, Changes[FieldKey]][] => {
      if (!Object.hasOwn(to, key)) return Object.hasOwn(from, key) ? [[key, null]] : [];
      return [[key, plain(described(key, to[key]))]];
    }),
  );
}
