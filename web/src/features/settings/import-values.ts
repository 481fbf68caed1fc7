import type { ImportRules, ImportSetting } from "#lib/imports.ts";
import { type Dispute, fateOf, type Side } from "./merge.ts";

/** The import setting as fields of a form, where nobody is an empty text. */
export type ImportValues = { actsFor: string; role: string; lifetimeDays: string };
export type ImportField = keyof ImportValues;
export const importFields = ["actsFor", "role", "lifetimeDays"] as const satisfies ImportField[];

export const importLabels: Record<ImportField, string> = {
  actsFor: "In whose name",
  role: "Highest role",
  lifetimeDays: "Invitations are open for",
};

type Seen = Pick<ImportSetting, "actsFor" | "role" | "lifetimeDays">;

export function toImportValues({ actsFor, role, lifetimeDays }: Seen): ImportValues {
  return { actsFor: actsFor ?? "", role, lifetimeDays: String(lifetimeDays) };
}

export function toImportRules({ actsFor, role, lifetimeDays }: ImportValues): ImportRules {
  const rules = { role: role === "write" ? ("write" as const) : ("read" as const), lifetimeDays: Number(lifetimeDays) };
  return actsFor === "" ? rules : { ...rules, actsFor };
}

export const changedFields = (one: ImportValues, other: ImportValues) =>
  importFields.filter((field) => one[field] !== other[field]);

/** What I have chosen on top of what others have saved since; what both changed is settled by a person. */
export function mergeImports({ base, mine, theirs }: Record<"base" | Side, ImportValues>) {
  const values = { ...mine };
  const disputes: Dispute<ImportField>[] = [];
  for (const field of importFields) {
    const fate = fateOf({ base: base[field], mine: mine[field], theirs: theirs[field] });
    if (fate === "taken") {
      values[field] = theirs[field];
    } else if (fate === "disputed") {
      disputes.push({ field, mine: mine[field], theirs: theirs[field] });
    }
  }
  return { values, disputes };
}
