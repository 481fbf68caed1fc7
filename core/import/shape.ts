import { cleanLine, plainLine, visible } from "../base/shape.ts";
import { maxRoleWord } from "../reading/limits.ts";
import { maxFileName } from "./limits.ts";

export const states = ["waiting_for_file", "waiting", "running", "done", "failed", "canceled"] as const;
export type State = (typeof states)[number];
export const endings = ["done", "failed", "canceled"] as const;
export type Ending = (typeof endings)[number];

export const chunkStates = ["new", "open", "closed"] as const;

/** Reasons that an import ends before its last row. Every row that it does not reach has this outcome. */
export const stops = ["canceled", "inviter_unauthorized", "frozen"] as const;
export type Stop = (typeof stops)[number];

export const sources = ["dashboard", "script"] as const;

/** Reasons that an import ended early or never began. */
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

/** The name of the file, to recognize it by. */
export const FileName = plainLine("file name", maxFileName);

/** The name of a file that has none. */
export const unnamedFile = "import.csv";

/** Returns what a file is called, as a `FileName`. */
export function fileNameOf(written: string): string {
  const name = cleanLine(cleanLine(written).slice(0, maxFileName));
  return visible.test(name) ? name : unnamedFile;
}

/** The word of a role column, as it is written in the file. Case does not matter, nor how many spaces are between words. */
export const RoleText = plainLine("word", maxRoleWord);
