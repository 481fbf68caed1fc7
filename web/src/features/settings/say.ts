import { type FieldKey, fieldKeys, fields, type Tab } from "@muster/settings/fields.ts";
import type { Kind } from "@muster/settings/kind.ts";
import type { Catalog } from "#lib/catalog.ts";
import { isAlike, type Side } from "#lib/merge.ts";
import type { Changes, Entries, Resolved } from "#lib/setting-layers.ts";
import { type Inherited, inheritedAt, isField, valueText } from "./setting-text.ts";

/** A layer's opinion of a setting, in a form. Without a value the layers above it apply. */
export type Say = {
  value?: unknown;
  isLocked: boolean;
  /** True if teams may override it. */
  isOpen: boolean;
};
export type Says = Readonly<Record<string, Say>>;

export const kindOf = (field: FieldKey) => fields[field].kind as unknown as Kind<unknown>;

/** The settings that stand on a tab. */
export const fieldsOn = (tab: Tab) => fieldKeys.filter((field) => (fields[field].tabs as readonly Tab[]).includes(tab));

/** The settings by their headings, in the order of their declaration. */
export function groupsOf(keys: readonly FieldKey[]) {
  const groups = new Map<string, FieldKey[]>();
  for (const field of keys) {
    const { group } = fields[field];
    groups.set(group, [...(groups.get(group) ?? []), field]);
  }
  return [...groups];
}

export function toSays(keys: readonly FieldKey[], entries: Entries, openToTeams: readonly FieldKey[] = []): Says {
  return Object.fromEntries(
    keys.map((field): [FieldKey, Say] => {
      const entry = entries[field];
      const isOpen = openToTeams.includes(field);
      // what cannot be read is no value to go on from: it is shown, and whatever is chosen replaces it
      return [field, entry ? { value: entry.value, isLocked: entry.isLocked, isOpen } : { isLocked: false, isOpen }];
    }),
  );
}

/**
 * Returns the request for settings that were changed: of a list only the difference, however long it is. @param saved
 * the layer before the changes
 */
export function toChanges(changed: Partial<Says>, saved: Entries): Changes {
  return Object.fromEntries(
    Object.entries(changed).map(([field, say]) => {
      const { value, isLocked = false } = say ?? {};
      const before = saved[field as FieldKey]?.value;
      if (value === undefined) {
        return [field, null];
      }
      return [
        field,
        Array.isArray(value) && Array.isArray(before) ? { ...delta(before, value), isLocked } : { value, isLocked },
      ];
    }),
  );
}

function delta(before: readonly string[], after: readonly string[]) {
  const [was, is] = [new Set(before), new Set(after)];
  const add = after.filter((entry) => !was.has(entry));
  const remove = before.filter((entry) => !is.has(entry));
  return { ...(add.length > 0 && { add }), ...(remove.length > 0 && { remove }) };
}

/** All settings that teams may override, after the changes; nothing, if none of that changes. */
export function openAfter(before: readonly FieldKey[], changed: Partial<Says>): FieldKey[] | undefined {
  const after = fieldKeys.filter((field) => changed[field]?.isOpen ?? before.includes(field));
  return isAlike(
    after,
    fieldKeys.filter((field) => before.includes(field)),
  )
    ? undefined
    : after;
}

/** All that a form says of a setting, in words, where two values are compared. */
export function sayText(field: FieldKey, { value, isLocked, isOpen }: Say, nameOf?: (entry: string) => string) {
  return [
    value === undefined ? "Inherited" : listText(field, value, nameOf),
    isLocked && "locked",
    isOpen && "teams may override",
  ]
    .filter(Boolean)
    .join(", ");
}

/** Both may add to a list and remove from it: what they changed is done to it together. */
export function joinSays({ base, mine, theirs }: Record<"base" | Side, unknown>): Say | undefined {
  const [before, one, other] = [base, mine, theirs] as [Say, Say, Say];
  const lists = [before.value ?? [], one.value, other.value];
  const isSame = one.isLocked === other.isLocked && one.isOpen === other.isOpen;
  if (!isSame || !lists.every(Array.isArray)) {
    return undefined;
  }
  const [old = [], added = [], kept = []] = lists as string[][];
  const [was, is, now] = [new Set(old), new Set(added), new Set(kept)];
  const mineNew = added.filter((entry) => !was.has(entry) && !now.has(entry));
  return { ...other, value: [...mineNew, ...kept.filter((entry) => is.has(entry) || !was.has(entry))] };
}

/** The list that a form says, or none. */
export const listIn = ({ value }: { value?: unknown }): string[] => (Array.isArray(value) ? (value as string[]) : []);

/** Lists of entries of the catalog. */
const lists: { [K in FieldKey]?: "models" | "providers" | "applications" } = {
  "models.providers": "providers",
  "models.allowed": "models",
  "sources.blocked": "applications",
};

/** The part of the catalog that a setting names entries of. */
export const partOf = (field: FieldKey) =>
  lists[field] ?? (isField(field) && kindOf(field).name === "model" ? "models" : undefined);

/** Names an entry of a setting; one that is in no catalog keeps its own text. */
export function nameIn(catalog: Catalog | undefined, field: FieldKey, entry: string): string {
  const part = partOf(field);
  return (part && catalog?.[part].find(({ id }) => id === entry)?.name) ?? entry;
}

const maxListed = 5;

/** A value in words; of a list, its first entries. */
export function listText(field: FieldKey, value: unknown, nameOf?: (entry: string) => string) {
  if (!Array.isArray(value) || value.length === 0 || value.length > maxListed) {
    return valueText(field, value, nameOf);
  }
  const entries = value.map((entry) => nameOf?.(String(entry)) ?? String(entry));
  return `${valueText(field, value)}: ${entries.join(", ")}`;
}

/** Says why a value cannot be saved. */
export function problemOf(field: FieldKey, say: unknown) {
  const { value } = say as Say;
  if (value === undefined || kindOf(field).read(value) !== undefined) {
    return undefined;
  }
  return kindOf(field).name === "version" ? "A version has three numbers, such as 2.10.0." : "This value is not valid.";
}

/** Returns the value that applies to a member where they choose nothing. */
export function inheritedBy({ value, count, source, mayChange, steps }: Resolved): Inherited {
  return source.kind === "member"
    ? inheritedAt(steps, "member")
    : { value: count ?? (value as Inherited["value"]), source, isLocked: !mayChange };
}
