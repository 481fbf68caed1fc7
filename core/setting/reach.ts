import { providerOf } from "@muster/settings/entry.ts";
import type { FieldKey } from "@muster/settings/fields.ts";
import { isSame, type Layer, resolveField, type StepState } from "@muster/settings/resolve.ts";
import type { Cohort } from "./cohort.ts";

// The members that a change of settings reaches: what each cohort has before and after it, by the resolver that clients use.

/** The layers above members: the operator, the plan and the organization, and each team by its id. */
export type Situation = { upper: readonly Layer[]; teams: ReadonlyMap<string, Layer> };
export type Counted = Cohort & { members: number; devices?: number | undefined };
/** An API key: the provider whose models it is for, and the teams that may use it, if not everybody. */
export type ProviderKey = { id: string; provider: string; teams?: ReadonlySet<string> | undefined };
export type Override = { team: string; name: string; field: FieldKey; state: StepState };

export type Reach = {
  /** Members of all cohorts. */
  counted: number;
  /** Members who get another value of at least one setting. */
  changed: number;
  /** Their linked devices. */
  changedDevices: number;
  /** The same for each setting. */
  fields: Map<FieldKey, number>;
  /** Members who can use no model. */
  withoutModel: { before: number; after: number };
  /** Overrides of teams that the change leaves without effect. */
  overrides: Override[];
  /** Ids of API keys that nobody can use anymore. */
  unusedKeys: string[];
};

/** The settings that decide which models a member may use. */
export const modelKeys = ["models.isRestricted", "models.providers", "models.allowed"] as const;

/**
 * @param keys the settings that may change
 * @param models the models of the catalog, by their ids
 */
export function reachOf(
  { before, after }: { before: Situation; after: Situation },
  keys: readonly FieldKey[],
  {
    cohorts,
    models,
    apiKeys,
  }: { cohorts: readonly Counted[]; models: readonly string[]; apiKeys: readonly ProviderKey[] },
): Reach {
  const [old, now] = [valuesIn(before, models), valuesIn(after, models)];
  const fields = new Map<FieldKey, number>();
  let [counted, changed, changedDevices] = [0, 0, 0];
  const withoutModel = { before: 0, after: 0 };
  const [usedBefore, usedAfter] = [new Set<string>(), new Set<string>()];
  for (const cohort of cohorts) {
    const { members, devices = 0 } = cohort;
    if (members <= 0) continue;
    counted += members;
    const differing = keys.filter((key) => !isSame(old.valueOf(key, cohort), now.valueOf(key, cohort)));
    if (differing.length > 0) [changed, changedDevices] = [changed + members, changedDevices + devices];
    for (const key of differing) fields.set(key, (fields.get(key) ?? 0) + members);
    const [couldUse, canUse] = [old.providersOf(cohort), now.providersOf(cohort)];
    if (couldUse.size === 0) withoutModel.before += members;
    if (canUse.size === 0) withoutModel.after += members;
    for (const key of apiKeys) {
      if (key.teams && !cohort.teams.some((team) => key.teams?.has(team))) continue;
      if (couldUse.has(key.provider)) usedBefore.add(key.id);
      if (canUse.has(key.provider)) usedAfter.add(key.id);
    }
  }
  const unusedKeys = [...usedBefore].filter((id) => !usedAfter.has(id));
  const overrides = lostOverrides(before, after, keys);
  return { counted, changed, changedDevices, fields, withoutModel, overrides, unusedKeys };
}

/** Answers once for all cohorts that a setting cannot tell apart: most teams and choices are about other settings. */
function valuesIn({ upper, teams }: Situation, models: readonly string[]) {
  const values = new Map<string, unknown>();
  const providers = new Map<string, ReadonlySet<string>>();
  const all = new Set(models.map(providerOf));

  const speaking = (key: FieldKey, cohort: Cohort) =>
    cohort.teams.flatMap((team) => {
      const layer = teams.get(team);
      return layer && Object.hasOwn(layer.entries, key) ? [layer] : [];
    });
  const nameOf = (key: FieldKey, cohort: Cohort) =>
    // threat: a preview takes members of several teams for members of one
    // threat: a preview takes a member's own choice foreverybody's
    JSON.stringify([key, speaking(key, cohort).map(({ id }) => id), cohort.own[key]]);

  function valueOf(key: FieldKey, cohort: Cohort): unknown {
    const name = nameOf(key, cohort);
    if (!values.has(name)) {
      const own: Layer = { kind: "member", entries: key in cohort.own ? { [key]: cohort.own[key] } : {} };
      values.set(name, resolveField(key, [...upper, ...speaking(key, cohort), own]).value);
    }
    return values.get(name);
  }

  /** The providers of which a member may use a model that the catalog has. */
  function providersOf(cohort: Cohort): ReadonlySet<string> {
    const name = modelKeys.map((key) => nameOf(key, cohort)).join();
    const known = providers.get(name) ?? allowedIn(cohort);
    providers.set(name, known);
    return known;
  }

  function allowedIn(cohort: Cohort): ReadonlySet<string> {
    if (valueOf("models.isRestricted", cohort) !== true) return all;
    const listed = new Set(valueOf("models.allowed", cohort) as string[]);
    const open = new Set(valueOf("models.providers", cohort) as string[]);
    // threat: a preview allows models that the catalog does not have
    return new Set(models.filter((model) => listed.has(model) && open.has(providerOf(model))).map(providerOf));
  }

  return { valueOf, providersOf };
}

/** Returns what teams say that applies before the change, or is new with it, and does not apply after it. */
function lostOverrides(before: Situation, after: Situation, keys: readonly FieldKey[]): Override[] {
  return [...after.teams].flatMap(([team, layer]) =>
    keys.flatMap((field): Override[] => {
      const state = stateOf(field, after, layer);
      if (state !== "overruled" && state !== "closed") return [];
      const old = before.teams.get(team);
      const isNew = old?.entries[field] !== layer.entries[field];
      if (!isNew && stateOf(field, before, old) !== "applies") return [];
      return [{ team, name: layer.name ?? "", field, state }];
    }),
  );
}

function stateOf(field: FieldKey, { upper }: Situation, team: Layer | undefined): StepState | undefined {
  if (!team || !Object.hasOwn(team.entries, field)) return undefined;
  return resolveField(field, [...upper, team]).steps.find(({ source }) => source.kind === "team")?.state;
}
