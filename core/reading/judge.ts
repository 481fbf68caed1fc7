import { PersonName, strangeLetter } from "../account/shape.ts";
import { fold } from "../base/fold.ts";
import type { Role } from "../base/role.ts";
import { maxTeams } from "../team/limits.ts";
import { TeamName } from "../team/shape.ts";
import { addressIn, isDisguised, whyNoAddress } from "./address.ts";
import type { RowProblem, RowRemark } from "./problems.ts";
import { chosenRole, roleOf, wordKey } from "./role-words.ts";
import { valid } from "./text.ts";

/** A row of the file: its first line from 1, its number among the rows from 1, and its cells. */
export type Row = {
  line: number;
  row: number;
  email: string;
  name: string;
  role: string;
  teams: string;
  /** The status of the person's account in the other system, in its words. */
  status?: string;
  /** True if the role is one of another system. */
  isForeign?: true;
  problem?: RowProblem;
  /** All of its cells, if requested. */
  cells?: string[];
};

export type Invitee = { email: string; role: Role; name?: string; teams?: string[]; remarks?: RowRemark[] };
/** `about`: the role that is not known, or the letter that an address cannot have. */
export type Judged = { line: number; row: number } & (Invitee | { code: RowProblem; about?: string });

/** Matches the text that spreadsheets write where a formula has no value. */
const spreadsheetError = /^#(?:DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!)$/;
/**
 * Checks a row by its content alone: not whether its address is already invited, who may grant its role, or whether a
 * seat is available. No role means Read; an unknown one is never guessed. `chosen`: what words of roles stand for, by
 * their key, if a person said so.
 */
export function judge(row: Row, chosen?: ReadonlyMap<string, Role>): Judged {
  if (row.problem) return refused(row, row.problem);
  if (row.email === "") return refused(row, "missing_email");
  const found = addressIn(row.email);
  if (!found) return refusedAddress(row);
  if (isDisguised(row.email, found.email)) return refused(row, "lookalike_characters");
  const said = chosenRole(row.role, chosen);
  if (isInactive(row.status) || (said === undefined && isInactive(row.role))) return refused(row, "deactivated");
  const role = row.role === "" ? "read" : (said ?? knownRole(row));
  // threat: an unknown role of a file is Read
  if (!role) return refused(row, "unknown_role", row.role);
  return inviteeOf(row, found.email, role, row.name || found.name);
}

/** Takes the name and the teams of a row as far as they are valid, and remarks what is left out. */
function inviteeOf(row: Row, email: string, role: Role, written: string): Judged {
  const judged: { line: number; row: number } & Invitee = { line: row.line, row: row.row, email, role };
  const name = written === "" ? undefined : personName(written);
  const teams = row.teams === "" ? noTeams : teamsIn(row.teams);
  if (name) judged.name = name;
  if (teams.names.length > 0) judged.teams = teams.names;
  const remarks: RowRemark[] = [];
  if (written !== "" && !name) remarks.push("name_dropped");
  if (!teams.isWhole) remarks.push("teams_dropped");
  if (written.includes("\ufffd") || row.teams.includes("\ufffd")) remarks.push("damaged_text");
  if (remarks.length > 0) judged.remarks = remarks;
  return judged;
}

/** The words of other systems for people who may not sign in; Microsoft writes `false` if an account is not enabled. */
const inactive = new Set(
  "deactivated suspended deprovisioned disabled inactive deleted archived blocked false".split(" "),
);
const maxInactive = 20;
const isInactive = (text = "") => text.length <= maxInactive && inactive.has(wordKey(text));

/** Returns the role that a word stands for by itself: no admin of another system is one here unasked. */
export const knownRole = ({ role, isForeign }: Pick<Row, "role" | "isForeign">): Role | undefined =>
  isForeign ? undefined : roleOf(role);

function refusedAddress(row: Row): Judged {
  const code = whyNoAddress(row.email);
  return refused(row, code, code === "invalid_email" ? strangeLetter(row.email) : undefined);
}

const refused = ({ line, row }: Row, code: RowProblem, about?: string): Judged => ({
  line,
  row,
  code,
  ...(about !== undefined && { about }),
});

const maxPlain = 60;
/** Nearly all names match this: one line of Latin letters, which the shape of a line leaves unchanged. */
const plainLine = /^[A-Za-zÀ-ÖØ-öø-ÿ]+(?:(?:, |[ '’-])[A-Za-zÀ-ÖØ-öø-ÿ]+)*$/;

function personName(text: string): string | undefined {
  if (text.length <= maxPlain && plainLine.test(text)) return text;
  return spreadsheetError.test(text) ? undefined : lineOf(PersonName, text);
}

function teamName(text: string): string | undefined {
  return text.length <= maxPlain && plainLine.test(text) ? text : lineOf(TeamName, text);
}

type Teams = { names: string[]; isWhole: boolean };
/** The highest number of pieces of a cell, including empty parts and duplicates. */
const maxPieces = 100;
/** Our own reports put an apostrophe before what a spreadsheet would run. */
const escaped = /^'(?=[=+\-@＝＋－＠])/u;
const noTeams: Teams = { names: [], isWhole: true };

/** Returns the names of teams, each once, in order. */
function teamsIn(cell: string): Teams {
  // threat: a report that is uploaded again names other teams
  const written = cell.split(";", maxPieces + 1).map((text) => text.trim().replace(escaped, ""));
  const filled = written.filter((text) => text !== "");
  const sound = filled.map(teamName).filter((name) => name !== undefined);
  const keys = new Set<string>();
  const all = sound.filter((name) => sound.length === 1 || keys.size < keys.add(teamKey(name)).size);
  const isWhole = all.length <= maxTeams && sound.length === filled.length && written.length <= maxPieces;
  // threat: a row of a file may name any number of teams
  return { names: all.slice(0, maxTeams), isWhole };
}

/** Compares as names of teams are compared. Folding is only needed for other characters. */
export const teamKey = (name: string): string => (/^[ -~]*$/.test(name) ? name.toLowerCase() : fold(name));

/** Returns what a shape makes of a text that may have several lines, or nothing if some of it is damaged. */
function lineOf(shape: typeof PersonName, text: string): string | undefined {
  return text.includes("\ufffd") ? undefined : valid(shape, text.replace(/\s+/g, " "));
}
