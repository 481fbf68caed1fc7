import type { FieldKey } from "@muster/settings/fields.ts";
import { countryName } from "#lib/country-name.ts";
import { plural } from "#lib/format.ts";
import type { Revision, RevisionChange } from "#lib/setting-layers.ts";
import type { Tone } from "#ui/badge.tsx";
import { moreOf } from "./history-diff.ts";
import { labels, postingName } from "./labels.ts";
import { listText } from "./say.ts";
import { isField, labelOf, textOf } from "./setting-text.ts";

// What a revision changed, in words.

const openSuffix = ".openToTeams";

/** Names the subject of a change: a setting, a field of the general settings, or what teams may override. */
export function titleOf({ field }: Pick<RevisionChange, "field">) {
  if (field.endsWith(openSuffix)) {
    return "Teams may override";
  }
  return Object.hasOwn(labels, field) ? labels[field as keyof typeof labels] : labelOf(field);
}

/** Fields of the general settings that are chosen from a list. */
const generalTexts: { [field: string]: ((value: string) => string) | undefined } = {
  "address.country": countryName,
  "updates.posting": postingName,
};

/** A stored side of a change: what a layer said, a text of the general settings, or a list of settings. */
export function sideText(field: string, side: unknown, nameOf?: (entry: string) => string): string {
  if (field.endsWith(openSuffix)) {
    return keysIn(side).map(labelOf).join(", ") || "None";
  }
  if (!isField(field)) {
    return side === undefined || side === "" ? "Empty" : (generalTexts[field]?.(textOf(side)) ?? textOf(side));
  }
  if (side === undefined) {
    return "Inherited";
  }
  const { value, isLocked } = entryOf(side);
  return `${value === undefined ? "The list" : listText(field, value, nameOf)}${isLocked ? ", locked" : ""}`;
}

/**
 * Returns the entries that were added to a list and those that were taken from it; nothing for a value that is no list.
 */
export function listChange(change: RevisionChange) {
  const { field, from, to, added, removed } = change;
  if (added !== undefined || removed !== undefined) {
    return {
      added: added ?? [],
      removed: removed ?? [],
      moreAdded: moreOf(change, "added"),
      moreRemoved: moreOf(change, "removed"),
    };
  }
  const [before, after] = [entryOf(from).value, entryOf(to).value];
  if (!isField(field) || !Array.isArray(before ?? after) || !Array.isArray(after ?? before)) {
    return undefined;
  }
  const [old, now] = [new Set(listOf(before)), new Set(listOf(after))];
  return {
    added: [...now].filter((entry) => !old.has(entry)),
    removed: [...old].filter((entry) => !now.has(entry)),
    moreAdded: 0,
    moreRemoved: 0,
  };
}

export const entryOf = (side: unknown) =>
  (typeof side === "object" && side !== null ? side : {}) as { value?: unknown; isLocked?: boolean };
const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const keysIn = (side: unknown) => listOf(side) as FieldKey[];

type Rollout = NonNullable<Revision["rollout"]>;

/** The tone and the text of a revision that came in waves, by the state of its rollout. */
const rolloutLooks: Record<Rollout["state"], { tone: Tone; text: (waves: string) => string }> = {
  running: { tone: "accent", text: (waves) => `On its way in ${waves}` },
  paused: { tone: "neutral", text: (waves) => `Paused, in ${waves}` },
  halted: { tone: "warning", text: (waves) => `Halted, in ${waves}` },
  finished: { tone: "neutral", text: (waves) => `Rolled out in ${waves}` },
  released: { tone: "neutral", text: (waves) => `Begun in ${waves}, then released to everyone` },
  rolled_back: { tone: "warning", text: (waves) => `Begun in ${waves}, then rolled back` },
  unknown: { tone: "neutral", text: (waves) => `In ${waves}` },
};

export const rolloutTone = ({ state }: Rollout): Tone => rolloutLooks[state].tone;
export const rolloutText = ({ state, waves }: Rollout): string => rolloutLooks[state].text(plural(waves, "wave"));
