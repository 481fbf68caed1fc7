import type { FieldKey } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { instant } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { readOnly } from "../kernel/stored.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { check, type Item, present, when } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { failures as teamFailures } from "../team/names.ts";
import { checkDefaultModels, namesModels } from "./default-models.ts";
import { apply, Changes, describe, Entries, readChanges } from "./entry.ts";
import { SettingSaved } from "./events.ts";
import { settingKeys } from "./keys.ts";
import { storedIn, upperLayers } from "./layers.ts";
import { maxTeamLength } from "./limits.ts";
import { checkNewModels } from "./new-models.ts";
import { failures as layerFailures, Note } from "./organization-layer.ts";
import type { SectionRow } from "./row.ts";
import { refuseFuture, revisionOf, Seen, save, failures as sectionFailures } from "./section.ts";

// What a team overrides of the settings that the organization opens to teams.

const Target = { team: ID.schema("team") };

// Shapes

/** The overrides of a team. They apply to the settings that the organization opens to teams. */
export const Info = v.object({
  /** The team. */
  team: ID.schema("team"),
  /** The team's values, by setting. */
  fields: Entries,
  /** The revision of the organization's settings. Send it with a change to detect conflicts. */
  revision: Integer,
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  tooLong: failure("oversized", "setting.team_lists_too_long", "A team's lists are too long. Remove some entries."),
};

// Functions

/** Returns what a team overrides. */
export const getTeam = fn(
  "setting.getTeam",
  {
    input: v.strictObject(Target),
    output: Info,
    failures: [teamFailures.missing, organizationFailures.missing],
    reads: rows,
  },
  async ({ team }, _, [row, named, own]) => {
    if (!row) throw organizationFailures.missing();
    if (!named) throw teamFailures.missing();
    const { revision } = readOnly(OrganizationRow, row);
    return { team, fields: describe(storedIn(own?.value)), revision };
  },
);

/** Changes what a team overrides, unless somebody has changed a team's settings since the revision that was read. */
export const changeTeam = fn(
  "setting.changeTeam",
  {
    input: v.strictObject({
      ...Target,
      revision: Seen,
      /** The changes, by setting: what is left out stays, and null leaves a setting to the organization. */
      fields: Changes,
      note: v.optional(Note),
    }),
    output: Info,
    failures: [teamFailures.missing, failures.tooLong, ...layerFailures],
    reads: rows,
  },
  async ({ team, fields: sent, revision: seen, note }, actor, [row, named, stored]) => {
    if (!row) throw organizationFailures.missing();
    if (!named) throw teamFailures.missing();
    const organizationRow = readOnly(OrganizationRow, row) as OrganizationRow;
    refuseFuture(seen, organizationRow);
    const fields = await readChanges(sent);
    const before = storedIn(stored?.value);
    const at = instant();
    const entriesAt = (revision: number) => apply(before, fields, { by: actor.account, at, revision });
    const { entries, patch } = entriesAt(0);
    if (JSON.stringify(entries).length > maxTeamLength) throw failures.tooLong();
    const keys = Object.keys(patch) as FieldKey[];
    if (namesModels(keys)) {
      await checkNewModels(before, entries);
      checkDefaultModels([...(await upperLayers(actor)), { kind: "team", id: team, entries }]);
    }
    if (keys.length === 0) return { team, fields: describe(before), revision: organizationRow.revision };
    // a team's row is never newer than what the organization's row says of all teams
    if (revisionOf(organizationRow, "teams") > seen) throw sectionFailures.changed();
    const own = additionOf({ team, entriesAt, patch }, actor);
    const revision = await save(
      {
        sections: ["teams"],
        organizationRow,
        seen,
        at,
        values: own.values,
        patch: own.patch,
        note,
        events: own.steps,
      },
      actor,
    );
    return { team, fields: describe(entriesAt(revision).entries), revision };
  },
);

// For the history and the settings file

/** Returns what a revision saves of one team: its values, what of them differs, and the steps that go with them. */
export function additionOf({ team, entriesAt, patch }: TeamPlan, actor: Member) {
  const { organization } = actor;
  const fields = Object.keys(patch) as FieldKey[];
  return {
    section: "teams" as const,
    patch: Object.fromEntries(fields.map((key) => [`${team}.${key}`, patch[key] ?? {}])),
    values: (revision: number): Record<string, Item> => ({ [team]: { entries: entriesAt(revision).entries } }),
    steps: (revision: number) => [
      // threat: a team that is deleted at the same moment leaves settings behind
      // threat: a deleted team gets its overrides back
      check(teamKeys.team(organization, team), when(present, teamFailures.missing)),
      SettingSaved.record(organization, { section: "teams", team, revision, fields }, actor),
    ],
  };
}

type TeamPlan = {
  team: ID.ID<"team">;
  entriesAt: (revision: number) => Pick<Applied, "entries">;
  patch: Applied["patch"];
};
type Applied = ReturnType<typeof apply>;

/** Returns what each team overrides that overrides something, in the order of ids; deleted teams among them. */
export async function allOverrides(organization: ID.ID<"organization">) {
  const query = { ...settingKeys.settings(organization), prefix: "now#team_", consistent: true };
  const rows = await rowsOf<SectionRow>(query);
  return rows.flatMap(({ sk, value }) => {
    const team = sk.slice("now#".length);
    return ID.is("team", team) ? [{ team, stored: storedIn(value) }] : [];
  });
}

function rows({ team }: { team: ID.ID<"team"> }, { organization }: Member) {
  return [
    organizationKeys.organization(organization),
    teamKeys.team(organization, team),
    settingKeys.section(organization, team),
  ] as const;
}
