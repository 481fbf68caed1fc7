import { type FieldKey, fieldKeys, type Section, sections } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import type { ID } from "../base/id.ts";
import type { Member } from "../kernel/actor.ts";
import { readOnly, reportFaults } from "../kernel/stored.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import type { Key } from "../table/table.ts";
import { damagedIn, type Stored } from "./entry.ts";
import { settingKeys } from "./keys.ts";
import { open } from "./long-lists.ts";
import type { SectionRow } from "./row.ts";
import { revisionOf } from "./section.ts";

// The rows of an organization's settings as they are read, and what is damaged in them.

const { missing } = organizationFailures;

/** The rows of the sections, in their order, and whether they can be read. */
export type Read = { organizationRow: OrganizationRow; layers: Record<Section, SectionLayer> };
export type SectionLayer = { stored: Stored; openToTeams: unknown; isUnreadable: boolean; revision: number };

/** All that is stored, long lists in parts. */
export const storedOf = ({ layers }: Read): Stored =>
  Object.assign({}, ...sections.map((section) => layers[section].stored)) as Stored;

/** The organization's layer, for the resolver; for some settings, it opens no other lists. */
export async function layerOf(read: Read, keys: readonly FieldKey[] = fieldKeys): Promise<Layer> {
  const { layers } = read;
  const all = sections.map((section) => layers[section]);
  const lists = all.map(({ openToTeams }) => openToTeams);
  return {
    kind: "organization",
    entries: await open(read.organizationRow.pk, storedOf(read), keys),
    unreadable: sections.filter((section) => layers[section].isUnreadable),
    openToTeams: lists.every(Array.isArray) ? lists.flat() : "unreadable",
  };
}

/** The rows of the organization and of its sections. */
export function rows(_: unknown, { organization }: Member) {
  const [features, models, sources, websites] = sections.map((section) => settingKeys.section(organization, section));
  if (!features || !models || !sources || !websites) throw new Error("A section has no key.");
  return [organizationKeys.organization(organization), features, models, sources, websites] as const;
}

/** @throws organization.missing, row.unreadable */
export function readRows([row, ...found]: readonly [OrganizationRow | undefined, ...(SectionRow | undefined)[]]): Read {
  if (!row || row.state === "deleted") throw missing();
  const organizationRow = readOnly(OrganizationRow, row) as OrganizationRow;
  const layers = sections.map((section, i) => [
    section,
    readSection(settingKeys.section(organizationRow.pk, section), revisionOf(organizationRow, section), found[i]),
  ]);
  return { organizationRow, layers: Object.fromEntries(layers) as Read["layers"] };
}

/** A section that was saved and is not there, or not whole, is damage: never no opinion. */
function readSection(key: Key<SectionRow>, saved: number, row: SectionRow | undefined): SectionLayer {
  if (row === undefined) {
    if (saved > 0) reportFaults(key, ["value"]);
    // threat: a section of the settings that is lost loosens them
    return { stored: {}, openToTeams: [], isUnreadable: saved > 0, revision: saved };
  }
  const { entries, openToTeams = [] } = (row.value ?? {}) as { entries?: unknown; openToTeams?: unknown };
  const isWhole = typeof entries === "object" && entries !== null && !Array.isArray(entries);
  const stored = isWhole ? (entries as Stored) : {};
  const damaged = [
    ...(isWhole ? damagedIn(stored) : ["value"]),
    ...(Array.isArray(openToTeams) ? [] : ["openToTeams"]),
  ];
  if (damaged.length > 0) reportFaults(key, damaged);
  return { stored, openToTeams, isUnreadable: !isWhole, revision: row.revision };
}

/** The rows are read at one moment each: a section may be older than what the organization's row says of it. */
export const isStale = ({ organizationRow, layers }: Read, section: Section) =>
  layers[section].revision < revisionOf(organizationRow, section);

export const keysIn = (stored: unknown): FieldKey[] =>
  Array.isArray(stored) ? fieldKeys.filter((key) => stored.includes(key)) : [];

/** The layers with some of the long lists as lists. */
export async function openLayers(organization: ID<"organization">, { layers }: Read, keys: readonly FieldKey[]) {
  const all = sections.map(async (section): Promise<[Section, SectionLayer]> => {
    const layer = layers[section];
    return [section, { ...layer, stored: await open(organization, layer.stored, keys) }];
  });
  return Object.fromEntries(await Promise.all(all)) as Read["layers"];
}
