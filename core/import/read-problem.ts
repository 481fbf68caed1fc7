/** Why a row cannot be invited; each with its sentence. */
export const rowProblems = {
  missing_email: "There is no e-mail address in this row.",
  invalid_email: "This is not an e-mail address.",
  hidden_characters: "This address has characters that cannot be seen. Type it again.",
  lookalike_characters: "This address has letters of another alphabet that look like Latin ones. Type it again.",
  unknown_role: "There is no such role. Choose owner, admin, write or read.",
  row_too_long: "This row is longer than a row may be.",
  unclosed_quote: "A quote is opened on this line and not closed where it could be meant to.",
} as const;
export type RowProblem = keyof typeof rowProblems;

/** What was left out of a row that can be invited. */
export const rowRemarks = {
  name_dropped: "The name cannot be used and was left out.",
  teams_dropped: "Some of the teams cannot be used and were left out.",
  damaged_text: "Some letters of this row are damaged.",
} as const;
export type RowRemark = keyof typeof rowRemarks;

/** Why a file cannot be read at all; each with its sentence. */
export const fileProblems = {
  empty: "There is nothing in this file.",
  workbook: "This is a workbook or a zip archive. Save the sheet as CSV and choose that file.",
  compressed: "This file is compressed. Unpack it and choose the CSV file in it.",
  not_text: "This file is no text. Choose a CSV file.",
  no_address: "No column of this file has e-mail addresses. Head that column with “email”.",
  no_rows: "This file has a heading and no rows.",
} as const;
export type FileProblem = keyof typeof fileProblems;
