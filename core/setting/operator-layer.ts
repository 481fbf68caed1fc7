import type { FieldKey } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { parse } from "../base/valid.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, equal, lacks, put, when } from "../table/table.ts";
import { describe, Entries, FieldName, readChanges, type Stored, shapeOf } from "./entry.ts";
import type { OperatorSettingsRow } from "./row.ts";

// What the operator of the deployment says of the settings, for every organization.

// Failures

export const failures = {
  changed: failure("conflict", "setting.defaults_changed", "The defaults were just changed. Try again."),
};

// Functions

/** Returns what the operator says, by setting. */
export const getDefaults = fn(
  "setting.getDefaults",
  { input: v.strictObject({}), output: Entries, failures: [], reads: ownRow },
  async (_, __, [row]) => describe(storedIn(row)),
);

/** Sets a default or a locked value for every organization, or, without a value, leaves the setting to them. */
export const setDefault = fn(
  "setting.setDefault",
  {
    input: v.strictObject({ key: FieldName, value: v.optional(v.unknown()), isLocked: v.optional(v.boolean()) }),
    output: Entries,
    failures: [failures.changed],
    reads: ownRow,
  },
  async ({ key, value, isLocked = false }, _, [row]) => {
    const at = instant();
    const entries: Record<string, unknown> = { ...storedIn(row) };
    if (value === undefined) delete entries[key];
    else entries[key] = { value: read(key, value), ...(isLocked && { isLocked }), at };
    const { revision } = row ?? {};
    const unchanged =
      row === undefined ? absent : revision === undefined ? lacks("revision") : equal("revision", revision);
    const next = { entries, at, revision: (revision ?? 0) + 1 };
    await table.write(put(Keys.operatorSettings(), next, when(unchanged, failures.changed)));
    return describe(entries);
  },
);

/** @throws input.invalid */
function read(key: FieldKey, raw: unknown): unknown {
  const { value } = parse(v.object({ value: shapeOf(key) }), { value: raw });
  return readChanges({ [key]: { value } })[key]?.value;
}

/** What the operator of the deployment says, if anything. */
export const operatorLayer = (row: OperatorSettingsRow | undefined): Layer[] =>
  row ? [{ kind: "operator", entries: row.entries ?? {} }] : [];

const storedIn = (row: OperatorSettingsRow | undefined): Stored => row?.entries ?? {};

function ownRow() {
  return [Keys.operatorSettings()] as const;
}
