import type { ImportRules, ImportSetting } from "#lib/imports.ts";
import { type Dispute, resolutionOf, type Side } from "./merge.ts";

/** The import setting as fields of a form; nobody is an empty text. */
export type ImportValues = { runAs: string; role: string; lifetimeDays: string };
export type ImportField = keyof ImportValues;
export const importFields = ["runAs", "role", "lifetimeDays"] as const satisfies ImportField[];

export const importLabels: Record<ImportField, string> = {
  runAs: "Run imports as",
  role: "Highest role",
  lifetimeDays: "Invitations stay open for",
};

type Seen = Pick<ImportSetting, "runAs" | "role" | "lifetimeDays">;

export function toImportValues({ runAs, role, lifetimeDays }: Seen): ImportValues {
  return { runAs: runAs ?? "", role, lifetimeDays: String(lifetimeDays) };
}

export function toImportRules({ runAs, role, lifetimeDays }: ImportValues): ImportRules {
  const rules = { role: role === "write" ? ("write" as const) : ("read" as const), lifetimeDays: Number(lifetimeDays) };
  return runAs === "" ? rules : { ...rules, runAs };
}

export const changedFields = (one: ImportValues, other: ImportValues) =>
  importFields.filter((field) => one[field] !== other[field]);

/** My changes on top of what others have saved since; a person decides what both have changed. */
export function mergeImports({ base, mine, theirs }: Record<"base" | Side, ImportValues>) {
  const values = { ...mine };
  const disputes: Dispute<ImportField>[] = [];
  for (const field of importFields) {
    const resolution = resolutionOf({ base: base[field], mine: mine[field], theirs: theirs[field] });
    if (resolution === "taken") {
      values[field] = theirs[field];
    } else if (resolution === "disputed") {
      disputes.push({ field, mine: mine[field], theirs: theirs[field] });
    }
  }
  return { values, disputes };
}
