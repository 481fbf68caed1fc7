import { type FieldKey, sections } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { parse } from "../base/valid.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { free } from "../plan/plan.ts";
import { periods } from "../plan/shape.ts";
import { absent, equal, lacks, put, when } from "../table/table.ts";
import { describe, Entries, FieldName, readChanges, type Stored, shapeOf } from "./entry.ts";
import { settingKeys } from "./keys.ts";
import { checkNewModels } from "./new-models.ts";
import type { OperatorSettingsRow } from "./row.ts";

// What the operator of the deployment says of the settings, for every organization.

/** The plans that may have settings of their own: the free one, one for each period, and seats that are granted or arranged. */
export const plansWithSettings = [free, ...periods, "custom"] as const;
const PlanName = v.picklist(plansWithSettings, `The plans are ${plansWithSettings.join(", ")}.`);

// Shapes

export const Defaults = v.object({
  /** For every organization, by setting. */
  fields: Entries,
  /** For the organizations on a plan, by plan and setting. */
  plans: v.record(v.string(), Entries),
});
export type Defaults = v.InferOutput<typeof Defaults>;

// Failures

export const failures = {
  changed: failure("conflict", "setting.defaults_changed", "The defaults were just changed. Try again."),
};

// Functions

/** Returns what the operator says, by setting. */
export const getDefaults = fn(
  "setting.getDefaults",
  { input: v.strictObject({}), output: Defaults, failures: [], reads: ownRow },
  async (_, __, [row]) => describeDefaults(row),
);

/** Sets a default or a locked value for organizations, all or those on a plan, or, without a value, leaves it to them. */
export const setDefault = fn(
  "setting.setDefault",
  {
    input: v.strictObject({
      key: FieldName,
      value: v.optional(v.unknown()),
      isLocked: v.optional(v.boolean()),
      plan: v.optional(PlanName),
    }),
    output: Defaults,
    failures: [failures.changed],
    reads: ownRow,
  },
  async ({ key, value, isLocked = false, plan }, _, [row]) => {
    const at = instant();
    const before = plan === undefined ? storedIn(row) : (row?.plans?.[plan] ?? {});
    const entries: Record<string, unknown> = { ...before };
    if (value === undefined) delete entries[key];
    else entries[key] = { value: await read(key, value), ...(isLocked && { isLocked }), at };
    await checkNewModels(before, entries, { path: () => "value" });
    const next = {
      entries: plan === undefined ? entries : storedIn(row),
      plans: plan === undefined ? (row?.plans ?? {}) : { ...row?.plans, [plan]: entries },
      at,
      revision: (row?.revision ?? 0) + 1,
    };
    await table.write(put(settingKeys.operatorSettings(), next, asRead(row)));
    return describeDefaults(next);
  },
);

function asRead(row: OperatorSettingsRow | undefined) {
  if (!row) return when(absent, failures.changed);
  const { revision } = row;
  return when(revision === undefined ? lacks("revision") : equal("revision", revision), failures.changed);
}

/** @throws input.invalid */
async function read(key: FieldKey, raw: unknown): Promise<unknown> {
  const { value } = parse(v.object({ value: shapeOf(key) }), { value: raw });
  return (await readChanges({ [key]: { value } }))[key]?.value;
}

/** Returns what the operator of the deployment says of all organizations, and of those on a plan, if anything. */
export function operatorLayers(row: OperatorSettingsRow | undefined, plan: string): Layer[] {
  if (!row) return [];
  const ofPlan = layerOfPlan(row.plans, plan);
  return [{ kind: "operator", entries: storedIn(row) }, ...(ofPlan ? [ofPlan] : [])];
}

/** Plans that cannot be read may have closed anything. */
function layerOfPlan(plans: unknown, plan: string): Layer | undefined {
  if (plans === undefined) return undefined;
  // threat: defaults of a plan that cannot be read count as no opinion
  if (!isRecord(plans)) return { kind: "plan", id: plan, entries: {}, unreadable: sections };
  if (!Object.hasOwn(plans, plan)) return undefined;
  const entries = plans[plan];
  return isRecord(entries)
    ? { kind: "plan", id: plan, entries }
    : { kind: "plan", id: plan, entries: {}, unreadable: sections };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function describeDefaults(row: Pick<OperatorSettingsRow, "entries" | "plans"> | undefined): Defaults {
  const plans = Object.entries(row?.plans ?? {}).map(([plan, entries]) => [plan, describe(entries)]);
  return { fields: describe(storedIn(row)), plans: Object.fromEntries(plans) as Defaults["plans"] };
}

const storedIn = (row: Pick<OperatorSettingsRow, "entries"> | undefined): Stored => row?.entries ?? {};

function ownRow() {
  return [settingKeys.operatorSettings()] as const;
}
