import { cleanName, inOrder, nameOf, nickOf } from "./paste-name.ts";
import { type PastedRole, roleBehind, roleInRow, rolesAside, type Said, type Titles, titlesOf } from "./paste-role.ts";
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

type Piece = {
  text: string;
  end: number;
  email?: string | undefined;
  name?: string | undefined;
  said?: Said | undefined;
  aside?: string | undefined;
  isAlone: boolean;
};

function piecesIn(source: Source): { pieces: Piece[]; rest: string[] } {
  const lines = linesOf(source);
  const skip = isNumbered(source, lines) ? /^\s*\d+\./ : /^/;
  const pieces: Piece[] = [];
  const rest: string[] = [];
  let titles: Titles | undefined;
  let waiting: { name: string; isLine: boolean } | undefined;
  let isCrowded = false;
  let isNameFirst: boolean | undefined;
  for (const [lineStart, end] of lines) {
    const line = source.plain.slice(lineStart, end);
    const [property, key] = /^(?:item\d+\.)?([A-Z][A-Z-]{0,40})(?:;[^:\s@]{1,80})?:/.exec(line) ?? ["", undefined];
    const start = lineStart + (key === "EMAIL" ? property.length : (skip.exec(line)?.[0].length ?? 0));
    const tokens = tokensOf(source.plain, start, end);
    const found = readLine(source, tokens, end);
    const [first] = found;
    if (first) {
      isNameFirst ??= false;
      // threat: pasted names go to the person before
      if (isNameFirst && first.isAlone && first.email && waiting && !first.name) {
        first.name = waiting.name;
        if (waiting.isLine) rest.pop();
      }
      if (titles && found.length === 1) first.said = roleInRow(source, tokens, titles);
      if (!titles && !key) setAside(found, rolesAside(source, tokens));
      for (const piece of found) pieces.push(piece);
    }
    const isTitles = !first && titlesOf(source, tokens);
    if (isTitles) titles = isTitles;
    else if (!first && !key && /[\p{L}\p{N}]/u.test(line)) rest.push(source.raw.slice(lineStart, end));
    if (key) {
      // a card names its person once, before all of the addresses
      const name = key === "FN" ? nameOf(source.raw.slice(lineStart + property.length, end)) : undefined;
      if (key === "FN") waiting = name ? { name, isLine: false } : undefined;
      else if (key === "BEGIN") waiting = undefined;
      isCrowded = false;
    } else {
      const name = first ? undefined : lineName(source.raw.slice(lineStart, end));
      isCrowded = name !== undefined && (waiting !== undefined || isCrowded);
      waiting = isCrowded || name === undefined ? undefined : { name, isLine: true };
    }
    if (waiting) isNameFirst ??= true;
  }
  return { pieces, rest };
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

/** Returns the pieces of one line. */
function readLine(source: Source, tokens: Token[], end: number): Piece[] {
  const pieces: Piece[] = [];
  let since: Token[] = [];
  const collect = (isLast: boolean) => {
    const previous = pieces.at(-1);
    const said = previous?.email
      ? roleBehind(source, since, { isLast, isOnly: isLast && pieces.length === 1 })
      : undefined;
    const isOwn = previous?.isAlone || previous?.name || pieces.length > 1;
    if (previous && said && ("role" in said || isOwn)) previous.said = said;
  };
  tokens.forEach((token, at) => {
    const previous = pieces.at(-1);
    if (token.kind !== "address") {
      // a comment belongs to the address before it
      if (token.start >= (previous?.end ?? 0)) since.push(token);
      return;
    }
    const isAgain = since.length > 0 && since.every(({ kind }) => kind === "open" || kind === "close");
    if (!isAgain || !previous?.email || previous.email !== token.email) {
      collect(false);
      for (const piece of weakOf(source, since)) pieces.push(piece);
      pieces.push(pieceOf(source, tokens, at, since, previous));
    }
    since = [];
  });
  collect(true);
  return pieces.concat(weakOf(source, [...since, { kind: "separator", start: end, end }]));
}

/** Text with an @ and no address after it in its own cell was meant as one; otherwise it is part of a name. */
function weakOf({ raw }: Source, since: Token[]): Piece[] {
  const cells = since.slice(0, since.findLastIndex(isSeparator) + 1);
  return cells.flatMap((token, at) => {
    // threat: an address with a space beside its @ vanishes from what was pasted
    if (token.kind !== "weak") return [];
    const beside = [cells[at - 1], cells[at + 1]].filter((one) => one?.kind === "word" || one?.kind === "phrase");
    const start = Math.min(token.start, ...beside.map((one) => one?.start ?? token.start));
    const end = Math.max(token.end, ...beside.map((one) => one?.end ?? token.end));
    return [{ text: raw.slice(start, end), end, isAlone: false }];
  });
}

function pieceOf(
  { raw, plain }: Source,
  tokens: Token[],
  at: number,
  since: Token[],
  previous: Piece | undefined,
): Piece {
  const token = tokens[at] as Token;
  const from = since.findLastIndex(isSeparator) + 1;
  const words = since.slice(from).filter(isText);
  const cells = cellsOf(since.slice(0, from));
  const isListed = words.length === 0 && (!previous || previous.name !== undefined);
  const isEnclosed = tokens[at - 1]?.kind === "open";
  const isFamily = since[from - 1]?.kind === "comma" && isEnclosed;
  const named =
    words.length > 0
      ? nameBefore(raw, words, isEnclosed && plain[token.start - 1] === "<", isFamily ? cells : [])
      : isListed && isRow(raw, since.slice(0, from)) && nameInCells(raw, cells);
  const end = closing(tokens, at);
  const comment = named ? undefined : commentAfter(raw, tokens, at);
  const open = since.slice(from).find(({ kind }) => kind === "open")?.start ?? token.start;
  const start = !named ? open : /[[(<]/.test(plain[named.start - 1] ?? "") ? named.start - 1 : named.start;
  return {
    text: raw.slice(start, comment?.end ?? end),
    end: comment?.end ?? end,
    email: token.email,
    name: (named || comment)?.name,
    isAlone: cells.length === 0 && words.length === 0 && !previous,
  };
}

type Named = { name: string; start: number };

const isSeparator = ({ kind }: Token) => kind === "comma" || kind === "separator";
const isText = ({ kind }: Token) => kind === "word" || kind === "phrase" || kind === "weak";

/** The last nonempty cells before an address: a first name and a last name at most. */
function cellsOf(tokens: Token[]): Token[][] {
  const cells: Token[][] = [[]];
  for (const token of tokens) {
    if (isSeparator(token)) cells.push([]);
    else if (isText(token)) cells.at(-1)?.push(token);
  }
  return cells.filter((cell) => cell.length > 0);
}

/**
 * Returns the name in the words right before an address: any words before `<a@b>`, otherwise what looks like a name.
 */
function nameBefore(raw: string, words: Token[], isInAngles: boolean, cells: Token[][]): Named | undefined {
  const weak = words.findIndex(({ kind }) => kind === "weak");
  const text = textOf(raw, weak > 0 ? words.slice(0, weak) : words);
  const label = text.lastIndexOf(":") + 1;
  const start = (words[0]?.start ?? 0) + label;
  const name = isInAngles ? nickOf(text.slice(label)) : nameOf(text.slice(label));
  const [cell, ...others] = cells;
  const family = cell && others.length === 0 && cell[0]?.kind !== "phrase" ? nameOf(textOf(raw, cell)) : undefined;
  if (!name || !family || !cell?.[0] || label > 0) return name ? { name, start } : undefined;
  const whole = cleanName(inOrder(family, name));
  return whole ? { name: whole, start: cell[0].start } : { name, start };
}

/** In a row of a table, the cell before the address is the name, or the first two are first and last name. */
function nameInCells(raw: string, cells: Token[][]): Named | undefined {
  const names = cells.slice(-3).map((cell) => nameOf(textOf(raw, cell)));
  const isSplit = names.length === 2 && names.every((name) => name && !name.includes(" "));
  const name = isSplit ? nameOf(names.join(" ")) : names.at(-1);
  const [first] = (isSplit ? cells[0] : cells.at(-1)) ?? [];
  return name && first ? { name, start: first.start } : undefined;
}

/** A row of a table has one separator throughout, and no label. */
function isRow(raw: string, since: Token[]): boolean {
  const tokens = since.slice(since.findIndex(isText));
  const signs = new Set(tokens.filter(isSeparator).map(({ start }) => raw[start]));
  return signs.size <= 1 && !raw.slice(tokens[0]?.start, tokens.at(-1)?.end).includes(":");
}

const textOf = (raw: string, words: Token[]) => raw.slice(words[0]?.start, words.at(-1)?.end);

/** Returns the end of an address's brackets: as many are closed as were opened. */
function closing(tokens: Token[], at: number): number {
  let open = 0;
  while (tokens[at - 1 - open]?.kind === "open") open++;
  let end = tokens[at]?.end ?? 0;
  for (let next = at + 1; next <= at + open && tokens[next]?.kind === "close"; next++) end = tokens[next]?.end ?? end;
  return end;
}

/** `a@b (Name)`: a name after an address that stands alone in its brackets. */
function commentAfter(raw: string, tokens: Token[], at: number): { name: string; end: number } | undefined {
  let open = at + 1;
  while (tokens[open]?.kind === "close") open++;
  let close = open + 1;
  while (tokens[close] && isText(tokens[close] as Token) && close < open + 8) close++;
  const [from, to] = [tokens[open], tokens[close]];
  if (from?.kind !== "open" || to?.kind !== "close" || close === open + 1) return undefined;
  const name = nameOf(raw.slice(from.end, to.start));
  return name ? { name, end: to.end } : undefined;
}
