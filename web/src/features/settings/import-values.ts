import type { ImportRules, ImportSetting } from "#lib/imports.ts";

/** The import setting as fields of a form; nobody is an empty text. */
export type ImportValues = { runAs: string; role: string; lifetimeDays: string };
export type ImportField = keyof ImportValues;

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
