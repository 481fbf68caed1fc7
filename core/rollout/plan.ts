import { isFieldKey, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { group, whole } from "../base/shape.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { ofTeam } from "../setting/row.ts";
import { failures as teamFailures } from "../team/names.ts";
import { failures } from "./failures.ts";
import { maxFieldsLength, maxSilenceHours, maxTeams, maxWaves } from "./limits.ts";
import type { Rollout } from "./row.ts";

// A change that reaches devices in waves: how it is sent, and what it closes until it has reached all.

// Shapes

/** Devices that get the change before everybody: those of members of teams, or a share of all. */
export const Wave = v.pipe(
  group({
    /** The teams whose members' devices are in the wave. */
    teams: v.optional(v.pipe(v.array(ID.schema("team")), v.minLength(1, "Choose a team."))),
    /** Percent of all devices, counted from the first wave. */
    percent: v.optional(whole(1, 99)),
  }),
  v.check(({ teams, percent }) => teams !== undefined || percent !== undefined, "Choose teams, or a share of devices."),
);
export type Wave = v.InferOutput<typeof Wave>;
type Waves = readonly { teams?: readonly ID.ID<"team">[] | undefined; percent?: number | undefined }[];

/** The waves before the one with everybody. */
export const WaveList = v.pipe(
  v.array(Wave),
  v.minLength(1, "Expected at least one wave."),
  v.maxLength(maxWaves, `Expected at most ${maxWaves} waves.`),
  v.check((waves) => isRising(waves), "Each share must be larger than the one before."),
  v.check((waves) => teamsIn(waves).length <= maxTeams, `Waves name at most ${maxTeams} teams.`),
);

/** The plan by which a change reaches devices in waves. The last one, with everybody, is not named. */
export const Plan = v.pipe(
  group({
    /** The waves before the one with everybody, in their order. */
    waves: WaveList,
    /** Percent of the released devices on which the change must be in force before the next wave. */
    share: whole(1, 100),
    /** Percent of the released devices that may refuse the change. If more do, the rollout halts. */
    maxRefused: whole(0, 100),
    /** Hours in which a wave must reach its share. If it does not, the rollout halts. */
    silenceHours: whole(1, maxSilenceHours),
    /** Hours for which a wave lasts at least before the next one, so that what it breaks is noticed. One, if nothing is said. */
    minHours: v.optional(whole(0, maxSilenceHours), 1),
  }),
  v.forward(
    v.check(({ minHours, silenceHours }) => minHours <= silenceHours, "A wave cannot last longer than it may take."),
    ["minHours"],
  ),
);
export type Plan = v.InferOutput<typeof Plan>;

/** The changes of a revision, by name. */
type Patched = Readonly<Record<string, unknown>>;

// Failures

export const startFailures = [failures.underWay, failures.tooMuch, teamFailures.missing];

// Functions

/** Returns the teams that waves name, each once. */
export const teamsIn = (waves: Waves): ID.ID<"team">[] => [...new Set(waves.flatMap(({ teams = [] }) => teams))];

/** Returns waves as a row holds them. */
export const stored = (waves: readonly Wave[]): Rollout["waves"] =>
  waves.map(({ teams, percent }) => ({ ...(teams && { teams }), ...(percent && { percent }) }));

/** Returns a rollout at its start. */
export function startOf(
  { waves, share, maxRefused, silenceHours, minHours }: Plan,
  { revision, by, at, patch }: { revision: number; by: ID.ID<"account">; at: string; patch: Patched },
): Rollout {
  const begun = { wave: 1, waveAt: at, state: "running" as const };
  return {
    revision,
    by,
    at,
    fields: Object.keys(patch),
    waves: stored(waves),
    share,
    maxRefused,
    silenceHours,
    minHours,
    ...begun,
  };
}

/**
 * Refuses a change of what a rollout has not brought to all devices yet.
 * @throws rollout.field_closed, rollout.under_way, rollout.too_many_settings, input.invalid
 */
export function refuseClosed(
  { rollout }: Pick<OrganizationRow, "rollout">,
  { patch, rollout: plan, ends }: { patch: Patched; rollout?: Plan | undefined; ends?: Rollout | undefined },
): void {
  // threat: a device gets a default model that it has not been allowed
  const isClosed = (name: string) => rollout?.fields.includes(name) === true || isDependent(rollout, name);
  if (!ends) refuse(Object.keys(patch).filter(isClosed));
  if (!plan) return;
  if (rollout) throw failures.underWay();
  if (JSON.stringify(Object.keys(patch)).length > maxFieldsLength) throw failures.tooMuch();
  const reaches = Object.keys(patch).some((name) => isOfDevices(ofTeam(name).field));
  if (!reaches) {
    const message = "Devices get none of these settings. Save them without waves.";
    throw implied.invalid({ fields: [{ path: "rollout", message }] });
  }
}

/** Returns which of these fields are checked together with one that a rollout changes: members may not choose them. */
export const dependentOf = <N extends string>(rollout: Changed | undefined, names: readonly N[]): N[] =>
  names.filter((name) => isDependent(rollout, name));

/** Refuses choices of such fields. A member can end no rollout. @throws rollout.field_closed */
export function refuseDependent(rollout: Changed | undefined, names: readonly string[]): void {
  refuse(
    dependentOf(rollout, names),
    "Your organization is bringing a change of these settings to its devices. Try again when that has ended.",
  );
}

type Changed = { readonly fields: readonly string[] };

function isDependent(rollout: Changed | undefined, name: string): boolean {
  const group = groupOf(name);
  return group !== undefined && rollout?.fields.some((one) => groupOf(one) === group) === true;
}

function refuse(closed: readonly string[], message = failures.closed.message): void {
  if (closed.length === 0) return;
  throw failures.closed({ message, fields: closed.map((name) => ({ path: `fields.${name}`, message })) });
}

/** Fields that are checked together, in all layers: one that changes alone may not fit what a device has of another. */
const groups = ["models", "singleSignOn"];

function groupOf(name: string): string | undefined {
  const { field } = ofTeam(name);
  return groups.find((group) => field.startsWith(`${group}.`));
}

const isOfDevices = (field: string) =>
  isFieldKey(field) || sections.some((section) => field === `${section}.openToTeams`);

function isRising(waves: Waves): boolean {
  const percents = waves.flatMap(({ percent }) => (percent === undefined ? [] : [percent]));
  return percents.every((percent, i) => i === 0 || percent > (percents[i - 1] ?? 0));
}
