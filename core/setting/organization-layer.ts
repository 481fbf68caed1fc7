import { type FieldKey, fieldKeys, type Section, sectionOf, sections } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer, lines } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import { readOnly, reportFaults } from "../kernel/stored.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { OrganizationRow } from "../organization/row.ts";
import { Keys } from "../table/keys.ts";
import type { Item, Key } from "../table/table.ts";
import {
  apply,
  Changes,
  changesOf,
  damagedIn,
  describe as describeEntries,
  Entries,
  FieldName,
  type Stored,
} from "./entry.ts";
import { SettingSaved } from "./events.ts";
import type { SectionRow } from "./row.ts";
import { type Patch, revisionOf, Seen, save, failures as sectionFailures } from "./section.ts";

// What an organization itself says of the settings that have layers.

const { missing } = organizationFailures;

// Shapes

/** What an organization says of its settings. Where it says nothing, the layers above it apply. */
export const Info = v.object({
  /** What the organization says, by setting. */
  fields: Entries,
  /** The settings that a team may override, locked or not. */
  openToTeams: v.array(FieldName),
  /** Sections that cannot be read: the strictest value applies to each of their settings until they are restored. */
  unreadable: v.optional(v.array(v.picklist(sections))),
  /** The revision of the organization's settings. Send it with a change to detect conflicts. */
  revision: Integer,
  /** The revision that changed each section last. */
  sections: v.object(
    Object.fromEntries(sections.map((section) => [section, Integer])) as Record<Section, typeof Integer>,
  ),
});
export type Info = v.InferOutput<typeof Info>;

/** Why a change is made, for the history. */
export const Note = lines("note", 500);

/** The rows of the sections, in their order, and whether they can be read. */
export type Read = { organizationRow: OrganizationRow; layers: Record<Section, SectionLayer> };
type SectionLayer = { stored: Stored; openToTeams: unknown; isUnreadable: boolean; revision: number };

// Failures

/** How a change may be refused. */
export const failures = [missing, sectionFailures.changed, Event.failures.repeated];

// Functions

/** Returns what the organization says of its settings. */
export const get = fn(
  "setting.get",
  { input: v.strictObject({}), output: Info, failures: [missing], reads: rows },
  async (_, __, all) => describe(readRows(all)),
);

/** Changes settings as one revision, unless somebody has changed the same section since the revision that was read. */
export const change = fn(
  "setting.change",
  {
    input: v.strictObject({
      revision: Seen,
      /** What changes, by setting: what is left out stays, and null leaves a setting to the layers above. */
      fields: v.optional(Changes),
      /** All settings that a team may override from now on. */
      openToTeams: v.optional(v.array(FieldName)),
      note: v.optional(Note),
    }),
    output: Info,
    failures,
    reads: rows,
  },
  async ({ revision, fields = {}, openToTeams, note }, actor, all) =>
    saveLayer(readRows(all), { changes: fields, openToTeams, seen: revision, note }, actor),
);

// For the other operations on settings

type Wanted = {
  changes: Changes;
  openToTeams?: readonly FieldKey[] | undefined;
  seen: number;
  note?: string | undefined;
};

/** Saves what differs. Without a difference nothing is saved, so a request whose answer was lost may be sent again. @throws setting.changed */
export async function saveLayer(read: Read, wanted: Wanted, actor: Member): Promise<Info> {
  const at = instant();
  const origin = { by: actor.account, at };
  const patches = sections.map((section) => patchOf(section, read.layers[section], wanted, origin));
  const changed = patches.filter(({ patch }) => Object.keys(patch).length > 0);
  if (changed.length === 0) return describe(read);
  if (changed.some(({ section }) => isStale(read, section))) throw sectionFailures.changed();
  if (changed.some(({ section }) => read.layers[section].isUnreadable)) throw implied.unreadable();

  const values = (revision: number) =>
    Object.fromEntries(
      changed.map(({ section, entriesAt, openToTeams }): [string, Item] => [
        section,
        { entries: entriesAt(revision), openToTeams },
      ]),
    );
  const revision = await save(
    {
      sections: changed.map(({ section }) => section),
      organizationRow: read.organizationRow,
      seen: wanted.seen,
      at,
      values,
      patch: Object.assign({}, ...changed.map(({ patch }) => patch)) as Patch,
      note: wanted.note,
      events: (saved) =>
        changed.map(({ section, patch }) =>
          SettingSaved.record(actor.organization, { section, revision: saved, fields: Object.keys(patch) }, actor),
        ),
    },
    actor,
  );
  const layers = { ...read.layers };
  for (const { section, entriesAt, openToTeams } of changed) {
    layers[section] = { stored: entriesAt(revision), openToTeams, isUnreadable: false, revision };
  }
  const revisions = Object.fromEntries(changed.map(({ section }) => [section, revision]));
  return describe({
    organizationRow: {
      ...read.organizationRow,
      revision,
      sections: { ...read.organizationRow.sections, ...revisions },
    },
    layers,
  });
}

/** What a section holds after the changes, and what of it differs. */
function patchOf(
  section: Section,
  layer: SectionLayer,
  { changes, openToTeams }: Wanted,
  origin: { by: ID.ID<"account">; at: string },
) {
  const own = changesOf(section, changes);
  const { patch } = apply(layer.stored, own, { ...origin, revision: 0 });
  const before = listOf(layer.openToTeams);
  const after = openToTeams
    ? fieldKeys.filter((key) => openToTeams.includes(key) && sectionOf(key) === section)
    : before;
  const isOpened = openToTeams !== undefined && before.join() !== after.join();
  return {
    section,
    openToTeams: after,
    entriesAt: (revision: number) => apply(layer.stored, own, { ...origin, revision }).entries,
    patch: { ...patch, ...(isOpened && { [`${section}.openToTeams`]: { from: before, to: after } }) },
  };
}

/** The organization's layer, for the resolver. */
export function layerOf({ layers }: Read): Layer {
  const all = sections.map((section) => layers[section]);
  const lists = all.map(({ openToTeams }) => openToTeams);
  return {
    kind: "organization",
    entries: Object.assign({}, ...all.map(({ stored }) => stored)) as Stored,
    unreadable: sections.filter((section) => layers[section].isUnreadable),
    openToTeams: lists.every(Array.isArray) ? lists.flat() : "unreadable",
  };
}

/** The rows of the organization and of its sections. */
export function rows(_: unknown, { organization }: Member) {
  const [features, models, sources, websites] = sections.map((section) => Keys.section(organization, section));
  if (!features || !models || !sources || !websites) throw new Error("A section has no key.");
  return [Keys.organization(organization), features, models, sources, websites] as const;
}

/** @throws organization.missing, row.unreadable */
export function readRows([row, ...found]: readonly [OrganizationRow | undefined, ...(SectionRow | undefined)[]]): Read {
  if (!row || row.state === "deleted") throw missing();
  const organizationRow = readOnly(OrganizationRow, row) as OrganizationRow;
  const layers = sections.map((section, i) => [
    section,
    readSection(Keys.section(organizationRow.pk, section), revisionOf(organizationRow, section), found[i]),
  ]);
  return { organizationRow, layers: Object.fromEntries(layers) as Read["layers"] };
}

/** A section that was saved and is not there, or not whole, is damage: never no opinion. */
function readSection(key: Key<SectionRow>, saved: number, row: SectionRow | undefined): SectionLayer {
  if (row === undefined) {
    if (saved > 0) reportFaults(key, ["value"]);
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
const isStale = ({ organizationRow, layers }: Read, section: Section) =>
  layers[section].revision < revisionOf(organizationRow, section);

const listOf = (stored: unknown): FieldKey[] =>
  Array.isArray(stored) ? fieldKeys.filter((key) => stored.includes(key)) : [];

export function describe(read: Read): Info {
  const { organizationRow, layers } = read;
  const all = sections.map((section) => layers[section]);
  const unreadable = sections.filter((section) => layers[section].isUnreadable);
  const stale = sections
    .filter((section) => isStale(read, section))
    .map((section) => revisionOf(organizationRow, section));
  return {
    fields: describeEntries(Object.assign({}, ...all.map(({ stored }) => stored)) as Stored),
    openToTeams: all.flatMap(({ openToTeams }) => listOf(openToTeams)),
    ...(unreadable.length > 0 && { unreadable }),
    revision: stale.length > 0 ? Math.min(...stale) - 1 : organizationRow.revision,
    sections: Object.fromEntries(
      sections.map((section) => [section, revisionOf(organizationRow, section)]),
    ) as Info["sections"],
  };
}
