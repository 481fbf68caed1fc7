import { Email, PersonName, strangeLetter } from "../account/shape.ts";
import { fold } from "../base/fold.ts";
import type { Role } from "../base/role.ts";
import { roleOf, wordKey } from "../invitation/paste-words.ts";
import { maxTeams } from "../team/limits.ts";
import { TeamName } from "../team/shape.ts";
import { maxRoleWord } from "./limits.ts";
import type { RowProblem, RowRemark } from "./read-problem.ts";

/** No name and no address is longer. */
const maxText = 320;

/** A row of the file: its first line from 1, its number among the rows from 1, and its cells. */
export type Row = {
  line: number;
  row: number;
  email: string;
  name: string;
  role: string;
  teams: string;
  /** Whether the person still has an account in the other system, in its words. */
  status?: string;
  /** Whether the role is one of another system. */
  isForeign?: true;
  problem?: RowProblem;
  /** All of its cells, if requested. */
  cells?: string[];
};

export type Invitee = { email: string; role: Role; name?: string; teams?: string[]; remarks?: RowRemark[] };
/** `about`: the role that is not known, or the letter that an address cannot have. */
export type Judged = { line: number; row: number } & (Invitee | { code: RowProblem; about?: string });

/** Invisible characters, and those that change the writing direction. */
const hidden = /[\p{Cf}\p{Default_Ignorable_Code_Point}]|(?![\t\r\n])\p{Cc}/u;
/** Letters of other alphabets that look like Latin ones, and which ones. */
const lookalikes = new Map(
  "аa бb вb гr дd еe һh іi јj кk ӏl мm нh оo рp ԛq сc тt уy ԝw хx ѕs ԁd αa βb γy ιi εe κk νv οo ρp τt υu χx ωw ηn ɑa ɡg ıi ȷj օo սu հh ոn ցg յj"
    .split(" ")
    .map(([sign = "", latin = ""]) => [sign, latin] as const),
);
/** Spreadsheets save a link to an address with its scheme. */
const link = /^mailto:([^?]*)(?:\?[^]*)?$/i;
/** The form in which Entra signs a guest in: not a mailbox. */
const guest = /#ext#@/i;
/** What spreadsheets write where a formula has no value. */
const spreadsheetError = /^#(?:DIV\/0!|N\/A|NAME\?|NULL!|NUM!|REF!|VALUE!)$/;
/** `Ada Lovelace <ada@example.com>` */
const named = /^([^<>]*)<([^<>]*)>$/;

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
  const judged: { line: number; row: number } & Invitee = { line: row.line, row: row.row, email: found.email, role };
  const written = row.name || found.name;
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

/** What other systems call people who may not sign in; Microsoft writes whether an account is enabled. */
const inactive = new Set(
  "deactivated suspended deprovisioned disabled inactive deleted archived blocked false".split(" "),
);
const maxInactive = 20;
const isInactive = (text = "") => text.length <= maxInactive && inactive.has(wordKey(text));

/** Returns the role that a word stands for by itself: no admin of another system is one here unasked. */
export const knownRole = ({ role, isForeign }: Pick<Row, "role" | "isForeign">): Role | undefined =>
  isForeign ? undefined : roleOf(role);

/** Returns the role that a person chose for a word. */
export const chosenRole = (text: string, chosen: ReadonlyMap<string, Role> | undefined): Role | undefined =>
  chosen?.size && text.length <= maxRoleWord ? chosen.get(wordKey(text)) : undefined;

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

/** Nearly all addresses match this, and `Email` leaves them unchanged. */
const plainEmail = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,20}$/;
const maxPlain = 60;

/** Returns the only address of a cell, with the name that may precede it in angle brackets. */
export function addressIn(cell: string): { email: string; name: string } | undefined {
  const lower = cell.toLowerCase();
  if (lower.length <= maxPlain && plainEmail.test(lower)) return { email: lower, name: "" };
  if (!/[@＠﹫]/.test(cell)) return undefined;
  const [, name = "", address = cell] = cell.endsWith(">") ? (named.exec(cell) ?? []) : [];
  // threat: a guest's sign-in name is invited as an address
  // threat: links to addresses are refused, or their subjects invited
  const email = guest.test(address) ? undefined : valid(Email, address.replace(link, "$1"));
  return email === undefined ? undefined : { email, name: name.replace(/^[\s"']+|[\s"']+$/g, "") };
}

function whyNoAddress(cell: string): RowProblem {
  if (cell.length > maxText) return "invalid_email";
  if (hidden.test(cell)) return "hidden_characters";
  return addressIn(latinOf(cell)) ? "lookalike_characters" : "invalid_email";
}

/** Whether the domain is international, and looks like one that is not: а, р and е are Cyrillic in аррӏе.com. */
function isDisguised(cell: string, email: string): boolean {
  if (!email.includes("xn--")) return false;
  const latin = addressIn(latinOf(cell))?.email;
  // threat: an imported address is that of a domain that looks like another
  return latin !== undefined && latin !== email;
}

const latinOf = (cell: string) => cell.toLowerCase().replace(/[^\0-\x7f]/gu, (sign) => lookalikes.get(sign) ?? sign);

/** The same for names: one line of Latin letters, which the shape of a line leaves unchanged. */
const plainLine = /^[A-Za-zÀ-ÖØ-öø-ÿ]+(?:(?:, |[ '’-])[A-Za-zÀ-ÖØ-öø-ÿ]+)*$/;

function personName(text: string): string | undefined {
  if (text.length <= maxPlain && plainLine.test(text)) return text;
  return spreadsheetError.test(text) ? undefined : lineOf(PersonName, text);
}

function teamName(text: string): string | undefined {
  return text.length <= maxPlain && plainLine.test(text) ? text : lineOf(TeamName, text);
}

type Teams = { names: string[]; isWhole: boolean };
/** How often a cell is split, including empty parts and duplicates. */
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
function lineOf(shape: Schema, text: string): string | undefined {
  return text.includes("\ufffd") ? undefined : valid(shape, text.replace(/\s+/g, " "));
}

type Schema = { readonly "~standard": { readonly validate: (value: unknown) => unknown } };

/** Returns what a shape makes of a text. The shapes of lines are never asynchronous, nor fast for very long texts. */
function valid(shape: Schema, text: string): string | undefined {
  // threat: an endless cell of a file keeps a worker busy for hours
  if (text.length > maxText) return undefined;
  const result = shape["~standard"].validate(text) as { value?: string; issues?: unknown };
  return result.issues ? undefined : result.value;
}
