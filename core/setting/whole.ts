import { failure, implied } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { Member } from "../kernel/actor.ts";
import { failures as teamFailures } from "../team/names.ts";
import { checkDefaultModels, namesModels } from "./default-models.ts";
import { apply, type Changes, type Stored } from "./entry.ts";
import { SettingSaved } from "./events.ts";
import * as General from "./general.ts";
import { settingKeys } from "./keys.ts";
import { maxTeamLength, maxTeamPatchLength, maxTeamsAtOnce } from "./limits.ts";
import { checkNewModels } from "./new-models.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import type { SectionRow } from "./row.ts";
import { type Patch, revisionOf, failures as sectionFailures } from "./section.ts";
import { additionOf, failures as teamLayerFailures } from "./team-layer.ts";

// The settings of an organization as a whole: what it says itself, General, and what teams override, changed as one
// revision. The name stays: it is changed by itself, and by people who mean it.

export type Read = { layers: OrganizationRows.Read; general: SectionRow | undefined };
export type Wanted = OrganizationLayer.Wanted & {
  general?: General.Changes | undefined;
  teams?: readonly TeamWanted[] | undefined;
};
/** `path` is where a file names the team. */
export type TeamWanted = { team: ID<"team">; stored: Stored; changes: Changes; path?: string };

/** The effect of a change, before it is saved. */
type Plan = { layer: OrganizationLayer.Plan; additions: OrganizationLayer.Addition[]; patch: Patch };

// Failures

export const tooMuch = failure(
  "oversized",
  "setting.too_many_teams",
  "This changes the settings of too many teams at once. Do it in several steps.",
);

export const failures = [
  ...OrganizationLayer.failures,
  ...Object.values(teamLayerFailures),
  implied.reauthenticationRequired,
  teamFailures.missing,
  tooMuch,
];

// For the history and the settings file

/** The rows of the organization and of its sections, General first. */
export const rows = (input: unknown, actor: Member) =>
  [settingKeys.section(actor.organization, "general"), ...OrganizationRows.rows(input, actor)] as const;

/** @throws organization.missing, row.unreadable */
export const readRows = ([general, ...found]: readonly [
  SectionRow | undefined,
  ...Parameters<typeof OrganizationRows.readRows>[0],
]): Read => ({ layers: OrganizationRows.readRows(found), general });

/** @throws row.unreadable, input.invalid, setting.too_many_teams, setting.team_lists_too_long */
export async function plan({ layers, general: now }: Read, wanted: Wanted, actor: Member): Promise<Plan> {
  const layer = await OrganizationLayer.planLayer(layers, wanted, actor);
  const general = wanted.general && General.plan(generalOf(layers, now), wanted.general, wanted.isRestored);
  const additions = [
    ...(general ? [generalAddition(general, actor)] : []),
    ...(await teamAdditions(layer, wanted, actor)),
  ].filter(({ patch }) => Object.keys(patch).length > 0);
  return { layer, additions, patch: Object.assign({}, layer.patch, ...additions.map(({ patch }) => patch)) as Patch };
}

/** @throws setting.changed, team.missing, actor.reauthentication_required */
export async function save({ layer, additions, patch }: Plan, actor: Member): Promise<OrganizationLayer.Info> {
  // the way out of a rollout is open to everybody who may take it, and leads only to what was confirmed once
  // threat: a taken session brings back an earlier single sign-on, or imports another
  // threat: a rollback waits for a confirmed identity
  if (!layer.wanted.ends) General.confirm(patch, actor);
  return OrganizationLayer.savePlan(layer, actor, additions);
}

// Private helpers

/** A row of General that is older than what the organization's row says of it was read before a change. */
function generalOf({ organizationRow }: OrganizationRows.Read, now: SectionRow | undefined) {
  if ((now?.revision ?? 0) < revisionOf(organizationRow, "general")) throw sectionFailures.changed();
  return General.describe({ organizationRow, now });
}

function generalAddition({ value, patch }: ReturnType<typeof General.plan>, actor: Member): OrganizationLayer.Addition {
  return {
    section: "general",
    patch,
    values: () => ({ general: value }),
    steps: (revision) => [
      SettingSaved.record(actor.organization, { section: "general", revision, fields: Object.keys(patch) }, actor),
    ],
  };
}

async function teamAdditions(layer: OrganizationLayer.Plan, { teams = [], isRestored, ends }: Wanted, actor: Member) {
  const { account: by } = actor;
  const planned = teams.map(({ team, stored, changes, path: place = "fields" }) => {
    const entriesAt = (revision: number) => apply(stored, changes, { by, at: layer.at, revision });
    return { team, stored, path: (key: string) => `${place}.${key}`, entriesAt, ...entriesAt(0) };
  });
  const changed = planned.filter(({ patch }) => Object.keys(patch).length > 0);
  // threat: a change of more teams than a transaction holds fails with an error of ours
  if (changed.length > maxTeamsAtOnce) throw tooMuch();
  if (JSON.stringify(changed.map(({ patch }) => patch)).length > maxTeamPatchLength) throw tooMuch();
  if (changed.some(({ entries }) => JSON.stringify(entries).length > maxTeamLength)) throw teamLayerFailures.tooLong();
  // threat: a rollback is refused because of the models of a team
  const ofModels = ends ? [] : changed.filter(({ patch }) => namesModels(Object.keys(patch)));
  const above = ofModels.length > 0 ? await OrganizationLayer.layersAfter(layer) : [];
  for (const { team, stored, entries, path } of ofModels) {
    await checkNewModels(stored, entries, { isRestored, path });
    checkDefaultModels([...above, { kind: "team", id: team, entries }], path);
  }

  return changed.map((one): OrganizationLayer.Addition => additionOf(one, actor));
}
