import { maxMebibytes } from "@muster/core/import/limits.ts";
import type { ExportWord } from "@muster/core/reading/export-words.ts";
import { aboutText, fileProblems, rowProblems } from "@muster/core/reading/problems.ts";
import type { ColumnName } from "@muster/core/reading/shape.ts";
import type { Finding, FindingCode, Problem, Sheet } from "./inspect.ts";

export const problemText: Record<Problem, string> = {
  ...fileProblems,
  too_large: `This file is larger than ${maxMebibytes} MiB. Split it, and import one part after the other.`,
  unreadable: "This file can’t be read: it is a folder, or it was moved or changed. Choose it again.",
};

const findingText: Record<FindingCode, string> = {
  ...rowProblems,
  not_allowed: "This role is above your own. An owner has to import this row.",
  duplicate: "Already in this file.",
};

/** Says why a row would not be invited. */
export function findingSentence({ code, of, about }: Pick<Finding, "code" | "of" | "about">) {
  const sentence = aboutText(code, about) ?? findingText[code];
  return of === undefined ? sentence : `${sentence} See line ${of}.`;
}

const encodings: Record<Sheet["encoding"], string> = {
  "utf-8": "UTF-8",
  "utf-16le": "UTF-16",
  "utf-16be": "UTF-16",
  "windows-1252": "Windows-1252",
};
const separators: Record<Sheet["separator"], string> = { ",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars" };

/** Says how a file is read, for curious users. */
export function dialectOf({ encoding, separator, hasHeader }: Sheet) {
  const top = hasHeader ? "with a header" : "without a header";
  return `${encodings[encoding]} text, separated by ${separators[separator]}, ${top}`;
}

const kinds: Record<ExportWord["kind"], string> = { member: "a member", admin: "an admin" };
const anyOf = new Intl.ListFormat("en", { type: "disjunction" });

/** " · a member in GitHub or Slack" */
export const meaningOf = (known: ExportWord | undefined) =>
  known ? ` · ${kinds[known.kind]} in ${anyOf.format(known.systems)}` : "";

export const columnText: Record<ColumnName, string> = {
  email: "Address",
  name: "Name",
  first_name: "First name",
  last_name: "Last name",
  role: "Role",
  teams: "Teams",
  status: "Status",
  ignore: "Not read",
};
