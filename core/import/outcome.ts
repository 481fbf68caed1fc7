import { obstacles } from "../invitation/judge.ts";
import { type RowRemark, rowProblems } from "./read-problem.ts";

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
  inviter_gone: "The person this import runs as can no longer invite.",
  frozen: "This organization can't invite anyone right now.",
  canceled: "The import was canceled before this row.",
} as const;
export type Outcome = keyof typeof outcomes;
export const outcomeNames = Object.keys(outcomes) as [Outcome, ...Outcome[]];

/** Why an import ends before its last row. Every row that it does not reach has this outcome. */
export const stops = ["canceled", "inviter_gone", "frozen"] as const;
export type Stop = (typeof stops)[number];

/** Outcomes that a later pass may change. */
export const retryable: readonly Outcome[] = ["no_seat", "daily_limit", ...stops];

/** One letter for each, as the table stores them. A letter never changes its meaning. */
const letters: Record<Outcome, string> = {
  invited: "i",
  missing_email: "e",
  invalid_email: "v",
  hidden_characters: "h",
  lookalike_characters: "k",
  unknown_role: "r",
  row_too_long: "l",
  unclosed_quote: "q",
  already_member: "m",
  already_invited: "p",
  duplicate: "d",
  not_allowed: "a",
  unknown_team: "t",
  no_seat: "s",
  daily_limit: "y",
  inviter_gone: "g",
  frozen: "f",
  canceled: "c",
};
const meanings = new Map(outcomeNames.map((name) => [letters[name], name]));

export const letterOf = (outcome: Outcome): string => letters[outcome];

export function outcomeOf(letter: string): Outcome {
  const outcome = meanings.get(letter);
  if (!outcome) throw new Error(`No outcome has the letter ${letter}.`);
  return outcome;
}

/** The attribute that counts rows of this outcome, on a chunk and on its import. */
export const counterOf = (outcome: Outcome) => `n_${letters[outcome]}`;

/** What else there is to say about a row. `of` is the line of the same address. */
export type Note = { row: number; line: number; email: string; of?: number; remarks?: RowRemark[] };

const maxEmail = 100;

/** Remarks as the table stores them; an invited row without remarks has none. */
export function packNotes(notes: readonly Note[]): string | undefined {
  if (notes.length === 0) return undefined;
  return JSON.stringify(
    notes.map(({ row, line, email, of, remarks }) => [row, line, email.slice(0, maxEmail), of ?? remarks ?? 0]),
  );
}

type Packed = [row: number, line: number, email: string, more: number | RowRemark[]];

export function unpackNotes(packed: unknown): Note[] {
  if (typeof packed !== "string") return [];
  return (JSON.parse(packed) as Packed[]).map(([row, line, email, more]) => ({
    row,
    line,
    email,
    ...(Array.isArray(more) ? { remarks: more } : more > 0 && { of: more }),
  }));
}
