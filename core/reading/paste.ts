import { nameOf } from "./name.ts";
import { type Piece, readLine } from "./paste-line.ts";
import { type PastedRole, roleInRow, rolesAside, type Titles, titlesOf } from "./paste-role.ts";
import { linesOf, type Source, sourceOf } from "./paste-text.ts";
import { type Token, tokensOf } from "./paste-token.ts";

const maxPiece = 320;

/** An address found in a pasted text: its original text, and what it says. */
export type Pasted = {
  /** The original text, trimmed, at most 320 characters. */
  text: string;
  /** In canonical form (account/shape.ts); missing if it was meant as an address and is invalid. */
  email?: string;
  name?: string;
  /** The role after it, or in the role column of its table. */
  role?: PastedRole;
  /** The word in place of a role, if it is not one. */
  unknownRole?: string;
  /** A word for a role on the same line that may stand for this one too: it is not applied. */
  asideRole?: string;
  problem?: "invalid" | "duplicate";
};

/**
 * Finds the addresses in any pasted text, in order, each with the name that clearly belongs to it. Invalid addresses
 * are returned as such; other words are not. Never throws, and takes time in proportion to the text.
 */
export function paste(text: string): Pasted[] {
  return read(text).found;
}

/** The same, and the lines that nothing was taken from, unchanged: at most 320 characters of each. */
export function read(text: string): { found: Pasted[]; rest: string[] } {
  const seen = new Set<string>();
  const { pieces, rest } = piecesIn(sourceOf(text));
  const found = pieces.map(({ text: piece, email, name, said, aside }): Pasted => {
    const one = {
      text: shortened(piece),
      ...(email && { email }),
      ...(name && { name }),
      ...said,
      ...(aside && { asideRole: aside }),
    };
    // threat: a failed address vanishes from what was pasted
    if (!email) return { ...one, problem: "invalid" };
    if (seen.has(email)) return { ...one, problem: "duplicate" };
    // threat: a pasted address counts twice in other case
    seen.add(email);
    return one;
  });
  return { found, rest: rest.map(shortened) };
}

const shortened = (text: string) =>
  text
    .trim()
    .slice(0, maxPiece)
    .replace(/[\s\ud800-\udbff]$/, "");

/** The result of reading the lines so far. */
type Lines = {
  pieces: Piece[];
  /** Lines that nothing was taken from. */
  rest: string[];
  titles: Titles | undefined;
  /** A name that the address after it may have: a line of its own, or that of a card. */
  waiting: { name: string; isLine: boolean } | undefined;
  /** True if several names follow each other: none of them is that of the next address. */
  isCrowded: boolean;
  /** True if a name came before the first address. */
  isNameFirst: boolean | undefined;
};

function piecesIn(source: Source): Lines {
  const places = linesOf(source);
  const number = isNumbered(source, places) ? /^\s*\d+\./ : /^/;
  const lines: Lines = {
    pieces: [],
    rest: [],
    titles: undefined,
    waiting: undefined,
    isCrowded: false,
    isNameFirst: undefined,
  };
  for (const [lineStart, end] of places) {
    const line = source.plain.slice(lineStart, end);
    const raw = source.raw.slice(lineStart, end);
    const [property, key] = cardProperty.exec(line) ?? ["", undefined];
    const start = lineStart + (key === "EMAIL" ? property.length : (number.exec(line)?.[0].length ?? 0));
    const tokens = tokensOf(source.plain, start, end);
    const found = readLine(source, tokens, end);
    if (found.length > 0) takePieces(lines, source, tokens, found, key);
    else takeText(lines, titlesOf(source, tokens), key === undefined && written.test(line) ? raw : undefined);
    if (key) takeProperty(lines, key, raw.slice(property.length));
    else takeName(lines, found.length > 0 ? undefined : lineName(raw));
    if (lines.waiting) lines.isNameFirst ??= true;
  }
  return lines;
}

const written = /[\p{L}\p{N}]/u;
/** The beginning of a line of a vCard: `EMAIL;TYPE=work:`. */
const cardProperty = /^(?:item\d+\.)?([A-Z][A-Z-]{0,40})(?:;[^:\s@]{1,80})?:/;

function takePieces(lines: Lines, source: Source, tokens: Token[], found: Piece[], key: string | undefined): void {
  const { titles, waiting } = lines;
  const [first] = found;
  lines.isNameFirst ??= false;
  // threat: pasted names go to the person before
  if (lines.isNameFirst && first?.isAlone && first.email && waiting && !first.name) {
    first.name = waiting.name;
    if (waiting.isLine) lines.rest.pop();
  }
  if (titles && first && found.length === 1) first.said = roleInRow(source, tokens, titles);
  if (!titles && !key) setAside(found, rolesAside(source, tokens));
  for (const piece of found) lines.pieces.push(piece);
}

/** Takes a line without an address: the headings of a table, or one of the rest. */
function takeText(lines: Lines, titles: Titles | undefined, text: string | undefined): void {
  if (titles) lines.titles = titles;
  else if (text !== undefined) lines.rest.push(text);
}

/** A card names its person once, before all of the addresses. */
function takeProperty(lines: Lines, key: string, text: string): void {
  const name = key === "FN" ? nameOf(text) : undefined;
  if (key === "FN" || key === "BEGIN") lines.waiting = name ? { name, isLine: false } : undefined;
  lines.isCrowded = false;
}

function takeName(lines: Lines, name: string | undefined): void {
  lines.isCrowded = name !== undefined && (lines.waiting !== undefined || lines.isCrowded);
  lines.waiting = lines.isCrowded || name === undefined ? undefined : { name, isLine: true };
}

/** A line that is only a name of several words, or of a script without spaces; columns may follow. */
function lineName(line: string): string | undefined {
  const [column = ""] = line.trim().split(/\s{2,}/, 1);
  const name = /[,;|\t]/.test(line) ? undefined : nameOf(column);
  return name && /\s|^\p{Lo}{2,}$/u.test(name) ? name : undefined;
}

/** Returns whether each line begins with its own number, as in `1.ada@example.com`. */
function isNumbered({ plain }: Source, lines: [number, number][]): boolean {
  return (
    lines.length > 1 &&
    lines.every(([start, end], at) =>
      plain
        .slice(start, end)
        .trimStart()
        .startsWith(`${at + 1}.`),
    )
  );
}

/** Names a role of the line to those who have none: one that nobody has, or that only the last of them has. */
function setAside(found: readonly Piece[], roles: ReturnType<typeof rolesAside>): void {
  const said = found.flatMap((piece) => (piece.said && "role" in piece.said ? [piece.said.role] : []));
  const isLastOnly = said.length === 1 && found.at(-1)?.said !== undefined;
  const isOpen = ({ word, role }: (typeof roles)[number]) =>
    (isLastOnly || !said.includes(role)) && !found.some(({ name }) => name?.includes(word));
  const aside = roles.find(isOpen)?.word;
  for (const piece of found) if (piece.email && !piece.said) piece.aside = aside;
}
