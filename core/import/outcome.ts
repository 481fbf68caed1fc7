import { type Unknown, unknown } from "../base/row.ts";
import { obstacles } from "../invitation/judge.ts";
import { type RowRemark, rowProblems, rowRemarks } from "../reading/problems.ts";
import { outcomeCodes } from "./row.ts";
import { stops } from "./shape.ts";

/** The outcomes of a row, each with its sentence. */
export const outcomes = {
  invited: "Invited.",
  ...rowProblems,
  already_member: obstacles.already_member,
  already_invited: obstacles.already_invited,
  duplicate: "Already in this file.",
  not_allowed: "This import can't grant this role.",
  unknown_team: "Unknown team.",
  no_seat: obstacles.no_seat,
  daily_limit: obstacles.daily_limit,
  inviter_unauthorized: "The person this import runs as can no longer invite.",
  frozen: "This organization can't invite anyone right now.",
  canceled: "The import was canceled before this row.",
} as const satisfies Record<keyof typeof outcomeCodes, string>;
export type Outcome = keyof typeof outcomes;
export const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]];

/** Outcomes that a later pass may change. */
export const retryable: readonly Outcome[] = ["no_seat", "daily_limit", ...stops];

const meanings = new Map<string, Outcome>(outcomeNames.map((name) => [outcomeCodes[name], name]));

export const codeOf = (outcome: Outcome): string => outcomeCodes[outcome];

// threat: an outcome of a newer release stops the list of rows
/** Returns `unknown` for a code of a newer release. */
export const outcomeOf = (code: string): Outcome | Unknown => meanings.get(code) ?? unknown;

/**
 * A row's outcome in detail. `of` is the line of the same address; `about` is the role or the teams, one a line, that
 * are unknown, or whose limit a role is above.
 */
export type Note = {
  row: number;
  line: number;
  email: string;
  of?: number;
  about?: string;
  remarks?: readonly string[];
};

const maxEmail = 100;

/** Remarks as the table stores them; an invited row without remarks has none. */
export function packNotes(notes: readonly Note[]): string | undefined {
  if (notes.length === 0) return undefined;
  return JSON.stringify(
    notes.map(({ row, line, email, of, about, remarks }) => [
      row,
      line,
      email.slice(0, maxEmail),
      of ?? remarks ?? 0,
      ...(about === undefined ? [] : [about]),
    ]),
  );
}

type Packed = [row: number, line: number, email: string, more: number | string[], about?: unknown];

/** Returns nothing for notes that this release cannot read. */
export function unpackNotes(packed = "[]"): Note[] | undefined {
  const notes = parsed(packed);
  // threat: notes of a newer release stop the list of rows
  if (!Array.isArray(notes) || !notes.every(isPacked)) return undefined;
  return notes.map(([row, line, email, more, about]) => ({
    row,
    line,
    email,
    ...(typeof about === "string" && { about }),
    ...(Array.isArray(more) ? { remarks: more } : more > 0 && { of: more }),
  }));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A page of a list may look through very many notes, so no schema reads them. */
function isPacked(note: unknown): note is Packed {
  if (!Array.isArray(note)) return false;
  const [row, line, email, more]: unknown[] = note;
  const isMore = typeof more === "number" || (Array.isArray(more) && more.every((one) => typeof one === "string"));
  return typeof row === "number" && typeof line === "number" && typeof email === "string" && isMore;
}

/** Returns whether this release has a sentence for a remark. */
export const isRemark = (remark: string): remark is RowRemark => Object.hasOwn(rowRemarks, remark);
