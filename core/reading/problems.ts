import { strangeText } from "../account/shape.ts";

/** The sentences for the reasons that a row cannot be invited. */
export const rowProblems = {
  missing_email: "This row has no email address.",
  invalid_email: "This is not an email address.",
  hidden_characters: "This address contains invisible characters. Type it again.",
  lookalike_characters: "This address contains lookalike letters from another alphabet. Type it again.",
  unknown_role: "Unknown role. Use owner, admin, write, or read.",
  deactivated: "Deactivated in the file.",
  row_too_long: "This row is too long.",
  unclosed_quote: "A quote opens on this line and is never closed.",
} as const;
export type RowProblem = keyof typeof rowProblems;

const maxAbout = 120;

/** Shortens what a sentence is about. */
export const aboutOf = (text: string): string =>
  // threat: a cell of any length is kept in the outcomes of rows
  text.length > maxAbout ? `${text.slice(0, maxAbout - 1).replace(/[\ud800-\udbff]$/, "")}…` : text;

/** Returns a sentence that names what a problem is about: the letter or the role. */
export function aboutText(code: string, about: string | undefined): string | undefined {
  if (about === undefined) return undefined;
  if (code === "invalid_email") return strangeText(about);
  return code === "unknown_role" ? `Unknown role “${about}”. Use owner, admin, write, or read.` : undefined;
}

/** The sentences for parts that were left out of a row that can be invited. */
export const rowRemarks = {
  name_dropped: "The name is not valid and was ignored.",
  teams_dropped: "Some teams are not valid and were ignored.",
  damaged_text: "Some characters in this row are damaged.",
} as const;
export type RowRemark = keyof typeof rowRemarks;

/** The sentences for the reasons that a file cannot be read at all. */
export const fileProblems = {
  empty: "This file is empty.",
  workbook: "This is a workbook or a zip archive. Save the sheet as CSV and choose that file.",
  compressed: "This file is compressed. Unpack it and choose the CSV file in it.",
  not_text: "This is not a text file. Choose a CSV file.",
  no_address: "No column has email addresses. Name that column “email”.",
  no_rows: "This file has a header but no rows.",
} as const;
export type FileProblem = keyof typeof fileProblems;
