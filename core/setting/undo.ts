import { type FieldKey, fieldKeys, isFieldKey, type Section, sections } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import type { Read as StoredRead } from "../kernel/stored.ts";
import type { Stored } from "./entry.ts";
import { keysIn, type Read, storedOf } from "./organization-rows.ts";
import { ofTeam, type RevisionRow } from "./row.ts";

// What the settings were before some of their revisions.

type Revised = Pick<StoredRead<typeof RevisionRow>, "patch">;
export type Undone = { stored: Stored; openToTeams: FieldKey[]; others: Map<string, unknown> };

/** Returns what the settings were before these revisions. `others` has the fields of General and of teams by name. */
export function undone(current: Read, later: readonly Revised[]): Undone {
  const stored: Record<string, unknown> = { ...storedOf(current) };
  const others = new Map<string, unknown>();
  let openToTeams = sections.flatMap((section) => keysIn(current.layers[section].openToTeams));
  for (const { patch } of later.toReversed()) {
    for (const [field, { from }] of Object.entries(patch)) {
      const section = sections.find((one) => field === `${one}.openToTeams`);
      if (section !== undefined) {
        openToTeams = fieldKeys.filter((key) =>
          sectionHas(section, key) ? listed(from, key) : openToTeams.includes(key),
        );
      } else if (isFieldKey(field)) {
        if (from === undefined) delete stored[field];
        else stored[field] = from;
      } else others.set(field, from);
    }
  }
  return { stored, openToTeams, others };
}

/** Returns the organization's layer as it was before one revision, damage as it is now. */
export function readBefore(read: Read, revision: Revised): Read {
  const { stored, openToTeams } = undone(read, [revision]);
  const layers = sections.map((section) => {
    const own = Object.entries(stored).filter(([key]) => key.startsWith(`${section}.`));
    const layer = { ...read.layers[section], stored: Object.fromEntries(own) };
    const isOpened = `${section}.openToTeams` in revision.patch;
    return [
      section,
      isOpened ? { ...layer, openToTeams: openToTeams.filter((key) => sectionHas(section, key)) } : layer,
    ];
  });
  return { ...read, layers: Object.fromEntries(layers) as Read["layers"] };
}

/** Returns a team's layer as it was before one revision. */
export function teamBefore(layer: Layer, { patch }: Revised): Layer {
  const entries: Record<string, unknown> = { ...layer.entries };
  for (const [name, { from }] of Object.entries(patch)) {
    const { team, field } = ofTeam(name);
    if (team === undefined || team !== layer.id) continue;
    if (from === undefined) delete entries[field];
    else entries[field] = from;
  }
  return { ...layer, entries };
}

const sectionHas = (section: Section, key: FieldKey) => key.startsWith(`${section}.`);
const listed = (list: unknown, key: FieldKey) => Array.isArray(list) && list.includes(key);
