import { type FieldKey, fieldKeys, type Section, sectionOf, sections } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer, lines } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { failures as rolloutFailures } from "../rollout/failures.ts";
import * as RolloutPlan from "../rollout/plan.ts";
import type { Rollout } from "../rollout/row.ts";
import type { Item, Step } from "../table/table.ts";
import { checkDefaultModels, namesModels } from "./default-models.ts";
import {
  apply,
  Changes,
  changesOf,
  describe as describeEntries,
  Entries,
  FieldName,
  readChanges,
  type Stored,
} from "./entry.ts";
import { SettingSaved } from "./events.ts";
import { settingKeys } from "./keys.ts";
import { maxNote } from "./limits.ts";
import { inParts, patchInParts, refuseTooLong, storeLists } from "./long-lists.ts";
import { checkNewModels } from "./new-models.ts";
import { operatorLayers } from "./operator-layer.ts";
import {
  isStale,
  keysIn,
  openLayers,
  type Read,
  readRows,
  rows,
  type SectionLayer,
  storedOf,
} from "./organization-rows.ts";
import { type Patch, refuseFuture, revisionOf, Seen, save, failures as sectionFailures } from "./section.ts";
import type { Section as AnySection } from "./shape.ts";

// What an organization itself says of the settings that have layers.

const { missing } = organizationFailures;

// Shapes

/** An organization's values for its settings. For a setting without one, the layers above it apply. */
export const Info = v.object({
  /** The organization's values, by setting. */
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

/** The reason for a change, for the history. */
export const Note = lines("note", maxNote);

// Failures

export const failures = [missing, sectionFailures.changed, rolloutFailures.closed, Event.failures.repeated];

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
      /** The changes, by setting: what is left out stays, and null leaves a setting to the layers above. */
      fields: v.optional(Changes),
      /** All settings that a team may override from now on. */
      openToTeams: v.optional(v.array(FieldName)),
      note: v.optional(Note),
      rollout: v.optional(RolloutPlan.Plan),
    }),
    output: Info,
    failures: [...failures, ...RolloutPlan.startFailures],
    reads: rows,
  },
  async ({ revision: seen, fields = {}, openToTeams, note, rollout }, actor, all) =>
    saveLayer(readRows(all), { changes: await readChanges(fields), openToTeams, seen, note, rollout }, actor),
);

// For the other operations on settings

export type Wanted = {
  changes: Changes;
  openToTeams?: readonly FieldKey[] | undefined;
  seen: number;
  note?: string | undefined;
  /** The waves in which it reaches devices: without them, at once. */
  rollout?: RolloutPlan.Plan | undefined;
  /** The rollout that it undoes. */
  ends?: Rollout | undefined;
  /** True if it leads back to what was saved once. */
  isRestored?: boolean | undefined;
};

/** The effect of a change, before it is saved. */
export type Plan = {
  read: Read;
  wanted: Wanted;
  at: string;
  /** The sections as they are, with the lists that change as lists. */
  opened: Read["layers"];
  changed: Changed[];
  patch: Patch;
};

/** Another part of a change, saved in the same revision. */
export type Addition = {
  section: Exclude<AnySection, Section>;
  patch: Patch;
  values: (revision: number) => Record<string, Item>;
  /** Its events, and what must hold. */
  steps: (revision: number) => Step[];
};

/** Returns what a change would change, and saves nothing. @throws row.unreadable, input.invalid */
export async function planLayer(read: Read, wanted: Wanted, actor: Member): Promise<Plan> {
  const at = instant();
  const opened = await openLayers(read.organizationRow.pk, read, Object.keys(wanted.changes) as FieldKey[]);
  const patches = sections.map((section) => sectionPatch(section, opened[section], wanted, { by: actor.account, at }));
  const changed = patches.filter(({ patch }) => Object.keys(patch).length > 0);
  if (changed.some(({ section }) => read.layers[section].isUnreadable)) throw implied.unreadable();
  const patch = Object.assign({}, ...changed.map((one) => one.patch)) as Patch;
  const plan = { read, wanted, at, opened, changed, patch };
  refuseTooLong(patch);
  // what devices had before a rollout, those that it has not reached still have: it is never refused
  // threat: a rollback is refused because of models that are not allowed anymore
  if (!wanted.ends && namesModels(Object.keys(patch))) {
    const models = changed.find(({ section }) => section === "models")?.entriesAt(0) ?? opened.models.stored;
    await checkNewModels(opened.models.stored, models, wanted);
    checkDefaultModels(await layersAfter(plan));
  }
  return plan;
}

/** Returns what would be read after a change; of the lists that it changes, as lists. */
export function readAfter({ read, changed }: Pick<Plan, "read" | "changed">): Read {
  const layers = { ...read.layers };
  for (const { section, entriesAt, openToTeams } of changed) {
    layers[section] = { stored: entriesAt(0), openToTeams, isUnreadable: false, revision: layers[section].revision };
  }
  return { ...read, layers };
}

/** Returns what the operator and the organization say after a change. */
export async function layersAfter({ read, wanted, opened, changed }: Omit<Plan, "at" | "patch">): Promise<Layer[]> {
  const after = new Map(changed.map(({ section, entriesAt }) => [section, entriesAt(0)]));
  // threat: a default model that is left to others still counts when the allowed models are checked
  const stored = sections.map((section) => after.get(section) ?? opened[section].stored);
  const entries = Object.assign({}, ...stored) as Stored;
  const { openToTeams = describe(read).openToTeams } = wanted;
  const operator = await table.get(settingKeys.operatorSettings());
  return [...operatorLayers(operator, read.organizationRow.plan), { kind: "organization", entries, openToTeams }];
}

/** Saves what differs. @throws row.unreadable, input.invalid, setting.changed */
export const saveLayer = async (read: Read, wanted: Wanted, actor: Member): Promise<Info> =>
  savePlan(await planLayer(read, wanted, actor), actor);

/** Without a difference nothing is saved, so a request whose answer was lost may be sent again. @throws setting.changed */
export async function savePlan(
  { read, wanted, at, changed, patch }: Plan,
  actor: Member,
  additions: readonly Addition[] = [],
): Promise<Info> {
  refuseFuture(wanted.seen, read.organizationRow);
  if (changed.length + additions.length === 0) return describe(read);
  if (changed.some(({ section }) => isStale(read, section))) throw sectionFailures.changed();

  const before = storedOf(read);
  const after = Object.assign({}, ...changed.map(({ entriesAt }) => entriesAt(0))) as Stored;
  const lists = await storeLists(actor.organization, { before, after, patch });
  const values = (revision: number): Record<string, Item> => ({
    ...Object.fromEntries(
      changed.map(({ section, entriesAt, openToTeams }): [string, Item] => [
        section,
        { entries: inParts(entriesAt(revision), lists), openToTeams },
      ]),
    ),
    ...Object.assign({}, ...additions.map((addition) => addition.values(revision))),
  });
  const all = [...new Set([...changed, ...additions].map(({ section }) => section))];
  const revision = await save(
    {
      sections: all,
      organizationRow: read.organizationRow,
      seen: wanted.seen,
      at,
      values,
      patch: Object.assign(patchInParts(patch, before, lists), ...additions.map((addition) => addition.patch)) as Patch,
      note: wanted.note,
      rollout: wanted.rollout,
      ends: wanted.ends,
      events: (saved) => [
        ...changed.map(({ section, patch: own }) =>
          SettingSaved.record(actor.organization, { section, revision: saved, fields: Object.keys(own) }, actor),
        ),
        ...additions.flatMap(({ steps }) => steps(saved)),
      ],
    },
    actor,
  );
  const layers = { ...read.layers };
  for (const { section, entriesAt, openToTeams } of changed) {
    layers[section] = { stored: inParts(entriesAt(revision), lists), openToTeams, isUnreadable: false, revision };
  }
  const revisions = Object.fromEntries(all.map((section) => [section, revision]));
  return describe({
    organizationRow: {
      ...read.organizationRow,
      revision,
      sections: { ...read.organizationRow.sections, ...revisions },
    },
    layers,
  });
}

type Changed = ReturnType<typeof sectionPatch>;
type Origin = { by: ID.ID<"account">; at: string };

/** Returns what a section holds after the changes, and what of it differs. */
function sectionPatch(section: Section, layer: SectionLayer, { changes, openToTeams }: Wanted, origin: Origin) {
  const own = changesOf(section, changes);
  const { patch } = apply(layer.stored, own, { ...origin, revision: 0 });
  const before = keysIn(layer.openToTeams);
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

export function describe(read: Read): Info {
  const { organizationRow, layers } = read;
  const all = sections.map((section) => layers[section]);
  const unreadable = sections.filter((section) => layers[section].isUnreadable);
  const stale = sections
    .filter((section) => isStale(read, section))
    .map((section) => revisionOf(organizationRow, section));
  return {
    fields: describeEntries(storedOf(read)),
    openToTeams: all.flatMap(({ openToTeams }) => keysIn(openToTeams)),
    ...(unreadable.length > 0 && { unreadable }),
    revision: stale.length > 0 ? Math.min(...stale) - 1 : organizationRow.revision,
    sections: Object.fromEntries(
      sections.map((section) => [section, revisionOf(organizationRow, section)]),
    ) as Info["sections"],
  };
}
