import { type FieldKey, fieldKeys, isFieldKey } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { countMembers } from "../audit/count.ts";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readAll } from "../kernel/stored.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import { secretKeys } from "../secret/keys.ts";
import { providerOfKind } from "../secret/kind/shape.ts";
import { SecretRow } from "../secret/row.ts";
import type { Page, Position, RowsOf } from "../table/table.ts";
import { namesOf, seesAll, failures as teamFailures } from "../team/names.ts";
import * as Catalog from "./catalog.ts";
import { Document, wantedBy } from "./document.ts";
import { Changes, damagedIn, FieldName, readChanges } from "./entry.ts";
import { wantedAt } from "./history.ts";
import { settingKeys } from "./keys.ts";
import { type Overrides, overridesOf, storedIn, teamLayer, upperLayersOf } from "./layers.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import { modelKeys, type ProviderKey, reachOf, type Situation } from "./reach.ts";
import { CohortRow, type OperatorSettingsRow } from "./row.ts";
import * as TeamLayer from "./team-layer.ts";
import * as Whole from "./whole.ts";

// What a change of the settings would do, before anybody saves it.

/** Cohorts that a preview looks at; an organization with more combinations of teams and choices gets lower bounds. */
const maxCohorts = 10_000;
const cohortsAtOnce = 1_000;
/** Bytes of all that one query reads end a page, too: so large may all cohorts be, in pages. */
const maxPages = 12;

// Shapes

/** A setting, and for how many members its value changes. */
const Changed = v.object({
  /** The setting. */
  field: FieldName,
  /** Members who get another value. */
  members: Integer,
});

/** The effect of a change of the settings. */
export const Info = v.object({
  /** Members who get another value of at least one setting. */
  changed: Integer,
  /** Their linked devices. */
  changedDevices: Integer,
  /** Members of the organization. */
  members: Integer,
  /**
   * True if all members are counted. Otherwise some are not counted yet, or there are too many combinations of teams
   * and own choices to look at all of them. A change of a membership is counted a moment later.
   */
  isExact: v.boolean(),
  /** The settings whose values change for someone. */
  fields: v.array(Changed),
  /** Members who can use no model: none is allowed, or none of the allowed ones is in the catalog. */
  withoutModel: v.object({
    /** Now. */
    before: Integer,
    /** After the change. */
    after: Integer,
  }),
  /** Overrides of teams that would have no effect. */
  overrides: v.array(
    v.object({
      /** The team. */
      team: ID.schema("team"),
      /** The name of the team. */
      name: v.string(),
      /** The setting that it overrides. */
      field: FieldName,
      /** The reason: a lock of the organization overrules it, or the setting is closed to teams. */
      state: v.picklist(["overruled", "closed"]),
    }),
  ),
  /** Enabled API keys that someone can use now, and nobody then: no member may use a model of their provider. */
  secrets: v.array(
    v.object({
      id: ID.schema("secret"),
      /** The name that an admin gave it. */
      name: v.string(),
    }),
  ),
  /** Settings of the organization that cannot be read, and still could not. */
  damaged: v.array(FieldName),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** Returns what a change of the settings would do, and saves nothing. It is refused where the change would be. */
export const preview = fn(
  "setting.preview",
  {
    input: v.strictObject({
      /** The changes, by setting, as they would be saved. */
      fields: v.optional(Changes),
      /** All settings that a team may override from then on. */
      openToTeams: v.optional(v.array(FieldName)),
      /** In place of `fields`: the revision to restore. */
      to: v.optional(SeenRevision),
      /** In place of `fields`: a settings file to import. */
      document: v.optional(Document),
    }),
    output: Info,
    failures: [...Whole.failures, Windows.failures.limited],
    reads: rows,
  },
  async (input, actor, found) => {
    refuseSeveral(input);
    // threat: an account previews without a limit
    await countPreview(actor);
    return answer(found, actor, async (whole) => wantedOf(input, whole, actor));
  },
);

/** The same for a change of what a team overrides. */
export const previewTeam = fn(
  "setting.previewTeam",
  {
    input: v.strictObject({
      team: ID.schema("team"),
      /** The changes, by setting, as they would be saved. */
      fields: Changes,
    }),
    output: Info,
    failures: [...Whole.failures, Windows.failures.limited],
    reads: rows,
  },
  async ({ team, fields }, actor, found) => {
    // threat: an account previews what teams override without a limit
    await countPreview(actor);
    return answer(found, actor, async () => {
      const [own] = await overridesOf(actor.organization, [team]);
      if (!own) throw teamFailures.missing();
      return { changes: {}, teams: [{ ...own, changes: await readChanges(fields) }] };
    });
  },
);

/** It is counted by account, so that one script leaves previews to the other admins. @throws rate.limited */
const countPreview = ({ account }: Member) => Windows.take(Limits.settingPreviews, account);

function rows(_: unknown, actor: Member) {
  return [...Whole.rows(undefined, actor), settingKeys.operatorSettings(), settingKeys.catalog()] as const;
}

type Input = {
  fields?: Changes | undefined;
  openToTeams?: FieldKey[] | undefined;
  to?: number | undefined;
  document?: string | undefined;
};
type Wanted = Omit<Whole.Wanted, "seen">;

/** @throws input.invalid */
function refuseSeveral({ fields, openToTeams, to, document }: Input): void {
  const ways = [fields ?? openToTeams, to, document].filter((way) => way !== undefined);
  if (ways.length <= 1) return;
  const path = document === undefined ? "to" : "document";
  throw implied.invalid({ fields: [{ path, message: "Send one of fields, to, and document." }] });
}

async function wantedOf({ fields = {}, openToTeams, to, document }: Input, whole: Whole.Read, actor: Member) {
  if (document !== undefined) return wantedBy(document, actor);
  if (to !== undefined) return wantedAt(to, whole.layers);
  return { changes: await readChanges(fields), openToTeams };
}

/** Returns what a change would do, by the rows that its preview reads. */
async function answer(
  [general, organization, features, models, sources, websites, operator, catalog]: RowsOf<ReturnType<typeof rows>>,
  actor: Member,
  wantedOf: (whole: Whole.Read) => Promise<Wanted>,
): Promise<Info> {
  const whole = Whole.readRows([general, organization, features, models, sources, websites]);
  const { organizationRow } = whole.layers;
  const [overriding, cohorts, apiKeys, counted] = await Promise.all([
    overridingIn(actor.organization),
    cohortsIn(actor.organization),
    apiKeysIn(actor.organization),
    countMembers(organizationRow),
  ]);
  const wanted = await wantedOf(whole);
  const { before, after, keys, damaged } = await situations({ wanted, actor, whole, operator, overriding });
  const reach = reachOf({ before, after }, keys, {
    cohorts,
    models: Catalog.describe(catalog).models.map(({ id }) => id),
    apiKeys,
  });
  return {
    changed: reach.changed,
    changedDevices: reach.changedDevices,
    members: counted.members ?? reach.counted,
    // threat: a preview is said to be exact while members are not counted
    isExact: counted.members === reach.counted,
    fields: fieldKeys.flatMap((field) => {
      const members = reach.fields.get(field) ?? 0;
      return members > 0 ? [{ field, members }] : [];
    }),
    withoutModel: reach.withoutModel,
    overrides: reach.overrides as Info["overrides"],
    secrets: apiKeys.filter(({ id }) => reach.unusedKeys.includes(id)).map(({ id, name }) => ({ id, name })),
    damaged,
  };
}

// What is before the change, and what after it

type Given = {
  wanted: Wanted;
  actor: Member;
  whole: Whole.Read;
  operator: OperatorSettingsRow | undefined;
  overriding: readonly Overrides[];
};
type Situations = { before: Situation; after: Situation; keys: FieldKey[]; damaged: FieldKey[] };

async function situations({ wanted, actor, whole, operator, overriding }: Given): Promise<Situations> {
  const { layer, additions, patch } = await Whole.plan(whole, { ...wanted, seen: 0 }, actor);
  const { layers: read } = whole;
  const next = OrganizationLayer.readAfter(layer);
  // threat: a preview leaves out members that opening a setting to teams reaches
  const keys = [...new Set([...Object.keys(patch).map(fieldOf).filter(isFieldKey), ...reopened(read, next)])];
  const opened = [...new Set<FieldKey>([...keys, ...modelKeys])];
  const [before, after] = [await upperLayersOf(read, operator, opened), await upperLayersOf(next, operator, opened)];
  const said = additions.flatMap(({ section, values }) => (section === "teams" ? Object.entries(values(0)) : []));
  const saying = new Map(said);
  const known = new Set<string>(overriding.map(({ team }) => team));
  const others = [...saying.keys()].filter((team) => !known.has(team)) as ID.ID<"team">[];
  const all = [...overriding, ...(await overridesOf(actor.organization, others))];
  const layersOf = (own: readonly Overrides[]) =>
    new Map(own.map((one): [string, Layer] => [one.team, teamLayer(one)]));
  const changed = all.map((one) => (saying.has(one.team) ? { ...one, stored: storedIn(saying.get(one.team)) } : one));
  return {
    before: { upper: before, teams: layersOf(all) },
    after: { upper: after, teams: layersOf(changed) },
    keys,
    damaged: damagedAfter(next),
  };
}

/** A name in a patch has the team before it whose setting it is. */
const fieldOf = (name: string) => (name.startsWith("team_") ? name.slice(name.indexOf(".") + 1) : name);

/** The settings that are opened to teams, or closed. Damage concerns all of them. */
function reopened(before: OrganizationRows.Read, after: OrganizationRows.Read): FieldKey[] {
  const lists = [before, after].map(({ layers }) => Object.values(layers).map(({ openToTeams }) => openToTeams));
  if (!lists.flat().every(Array.isArray)) return [...fieldKeys];
  const [old, now] = lists.map((all) => OrganizationRows.keysIn(all.flat())) as [FieldKey[], FieldKey[]];
  return fieldKeys.filter((key) => old.includes(key) !== now.includes(key));
}

function damagedAfter(read: OrganizationRows.Read): FieldKey[] {
  const damaged = damagedIn(OrganizationRows.storedOf(read));
  const sections = Object.entries(read.layers).flatMap(([name, { isUnreadable }]) => (isUnreadable ? [name] : []));
  return fieldKeys.filter((key) => damaged.includes(key) || sections.some((section) => key.startsWith(`${section}.`)));
}

// What is read

/** The teams that override something. The others say nothing. */
async function overridingIn(organization: ID.ID<"organization">): Promise<Overrides[]> {
  const all = new Map((await TeamLayer.allOverrides(organization)).map(({ team, stored }) => [team, stored]));
  // threat: a preview counts the lock of a team that was deleted
  const names = await namesOf(organization, all.keys(), seesAll);
  return [...names].map(([team, name]) => ({ team, name, stored: all.get(team) ?? {} }));
}

/** The cohorts, the first ones if there are too many. Their names are hashes, so these are like the others. */
async function cohortsIn(organization: ID.ID<"organization">) {
  const cohorts: v.InferOutput<typeof CohortRow>[] = [];
  let start: Position | undefined;
  // threat: a preview of very many cohorts reads without an end
  for (let pages = 0; pages < maxPages && cohorts.length < maxCohorts; pages++) {
    const query = { ...settingKeys.cohorts(organization), limit: cohortsAtOnce, consistent: true, start };
    const page: Page<CohortRow> = await table.query(query);
    cohorts.push(...readAll(CohortRow, page.items));
    if (!page.next) break;
    start = page.next;
  }
  return cohorts;
}

async function apiKeysIn(
  organization: ID.ID<"organization">,
): Promise<(ProviderKey & { id: ID.ID<"secret">; name: string })[]> {
  const rows = readAll(SecretRow, await rowsOf({ ...secretKeys.secrets(organization), consistent: true }));
  return rows.flatMap(({ sk: id, kind, name, teams, status }) =>
    kind === "unknown" || status !== "enabled" ? [] : [{ id, name, teams, provider: providerOfKind[kind] }],
  );
}
