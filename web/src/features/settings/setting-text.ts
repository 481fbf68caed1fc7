import { type Field, type FieldKey, fields } from "@muster/settings/fields.ts";
import { everything, noModel } from "@muster/settings/kind.ts";
import { type LayerKind, layerKinds, type StepState } from "@muster/settings/resolve.ts";
import { plural } from "#lib/format.ts";
import type { Source, Step } from "#lib/setting-layers.ts";

// Settings in words.

const entryNouns: { [K in FieldKey]?: string } = {
  "models.providers": "provider",
  "models.allowed": "model",
  "sources.blocked": "application",
  "websites.denied": "website",
};

/**
 * A value in a few words. A list is shown as its length, or is that length already.
 * @param nameOf how an entry of the catalog is called: a model, a provider, or an application
 */
export function valueText(field: FieldKey, value: unknown, nameOf = (entry: string) => entry): string {
  const count = Array.isArray(value) ? value.length : typeof value === "number" ? value : undefined;
  if (Array.isArray(value) && value.includes(everything)) {
    return "Everything";
  }
  if (count !== undefined) {
    return count === 0 ? "None" : plural(count, entryNouns[field] ?? "entry", manyOf(entryNouns[field]));
  }
  if (typeof value === "boolean") {
    return value ? "On" : "Off";
  }
  return value === noModel ? "None" : nameOf(choiceText(field, textOf(value)));
}

export const choiceText = (field: FieldKey, value: string): string =>
  (fields[field] as { choices?: Readonly<Record<string, string>> }).choices?.[value] ?? value;

/** A stored value that should be a text. */
export const textOf = (value: unknown) => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

const manyOf = (noun: string | undefined) => (noun === undefined ? "entries" : `${noun}s`);

const layerNames: Record<LayerKind, string> = {
  preset: "Product",
  operator: "Operator",
  plan: "Plan",
  organization: "Organization",
  team: "Team",
  member: "Own choice",
};

/** The name of a layer: "Organization", "Team Design". */
export function layerText({ kind, name }: Pick<Source, "kind" | "name">) {
  return kind === "team" && name !== undefined ? `Team ${name}` : layerNames[kind];
}

const inheritedFrom: Record<LayerKind, string> = {
  preset: "product default",
  operator: "from your operator",
  plan: "from your plan",
  organization: "from the organization",
  team: "from a team",
  member: "own choice",
};

/** Says where a value comes from, within a sentence: "product default", "from the team Design". */
export function originText({ kind, name }: Pick<Source, "kind" | "name">) {
  return kind === "team" && name !== undefined ? `from the team ${name}` : inheritedFrom[kind];
}

const stateTexts: Record<StepState, string> = {
  applies: "Applies",
  replaced: "Replaced",
  overruled: "Overridden by a lock above",
  closed: "Not allowed at this level",
  none: "Not set",
};

/** The state of a layer's opinion. */
export function stateText({ state, source }: Pick<Step, "state" | "source">) {
  if (state === "closed") {
    return source.kind === "team" ? "Teams may not override it" : "Members may not choose it";
  }
  return stateTexts[state];
}

/** The value that applies where a layer of this rank says nothing. */
export type Inherited = { value: Step["value"]; source: Source; isLocked: boolean };

/** Returns what the layers above a rank lead to, from the steps of an answer. */
export function inheritedAt(steps: readonly Step[], rank: LayerKind): Inherited {
  let inherited: Inherited = { value: undefined, source: { kind: "preset" }, isLocked: false };
  for (const { source, state, value, isLocked = false } of steps) {
    const isAbove = layerKinds.indexOf(source.kind) < layerKinds.indexOf(rank);
    const counts = state === "applies" || state === "replaced";
    if (isAbove && counts && value !== undefined && !inherited.isLocked) {
      inherited = { value, source, isLocked };
    }
  }
  return inherited;
}

/** The switch that a list belongs to. */
export const switchOf = (field: FieldKey): FieldKey | undefined => (fields[field] as Partial<Field>).inForceWith;

/** Says why a value does not count. */
export function notInForceText(switchField: FieldKey) {
  const effect = switchField === "models.isRestricted" ? ": every model is allowed." : ".";
  return `Not in force while “${fields[switchField].label}” is off${effect}`;
}

/** Says why a layer of this rank has no say, or nothing where it has. */
export function whyLocked({ isLocked, source }: Inherited) {
  return isLocked ? `This setting is locked: ${originText(source)}.` : undefined;
}

export const isField = (name: string): name is FieldKey => Object.hasOwn(fields, name);
/** The label of a setting; of one that only a newer release knows, its key. */
export const labelOf = (field: string) => (isField(field) ? fields[field].label : field);
