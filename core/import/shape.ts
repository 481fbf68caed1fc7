export const states = ["waiting_for_file", "waiting", "running", "done", "failed", "canceled"] as const;
export type State = (typeof states)[number];
export const endings = ["done", "failed", "canceled"] as const;
export type Ending = (typeof endings)[number];

/** Where a chunk of a file stands. */
export const chunkStates = ["new", "open", "closed"] as const;

/** Why an import ends before its last row. Every row that it does not reach has this outcome. */
export const stops = ["canceled", "inviter_unauthorized", "frozen"] as const;
export type Stop = (typeof stops)[number];

/** Where a file comes from. */
export const sources = ["dashboard", "script"] as const;

/** Why an import ended early or never began. */
export const reasonNames = [
  "empty",
  "workbook",
  "compressed",
  "not_text",
  "no_address",
  "no_rows",
  "too_large",
  "no_file",
  "file_changed",
  "repeated",
  "no_setting",
  "role_refused",
  "stalled",
  "canceled",
  "inviter_unauthorized",
  "frozen",
] as const;
export type Reason = (typeof reasonNames)[number];

/** The highest role that a script's rows can have: below those who manage the organization. */
export const scriptRoles = ["write", "read"] as const;
export type ScriptRole = (typeof scriptRoles)[number];

/** What a column of a file holds, if a person says so. Columns that are ignored are only in the reports. */
export const columnNames = ["email", "name", "first_name", "last_name", "role", "teams", "ignore"] as const;
export type ColumnName = (typeof columnNames)[number];
