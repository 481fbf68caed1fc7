import { cleanName, inOrder, nameOf, nickOf } from "./name.ts";
import { roleBehind, type Said } from "./paste-role.ts";
import type { Source } from "./paste-text.ts";
import { isSeparator, isText, splitAt, type Token } from "./paste-token.ts";

/** An address of a line, or what was meant as one, with what the line says of it. */
export type Piece = {
  text: string;
  end: number;
  email?: string | undefined;
  name?: string | undefined;
  said?: Said | undefined;
  aside?: string | undefined;
  isAlone: boolean;
};

/** Returns the pieces of one line. */
export function readLine(source: Source, tokens: Token[], end: number): Piece[] {
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

function pieceOf(source: Source, tokens: Token[], at: number, since: Token[], previous: Piece | undefined): Piece {
  const { raw, plain } = source;
  const token = tokens[at] as Token;
  const from = since.findLastIndex(isSeparator) + 1;
  const words = since.slice(from).filter(isText);
  const cells = cellsOf(since.slice(0, from));
  const isEnclosed = tokens[at - 1]?.kind === "open";
  const isFamily = isEnclosed && since[from - 1]?.kind === "comma";
  const named =
    words.length > 0
      ? nameBefore(source, words, isEnclosed ? token : undefined, isFamily ? cells : [])
      : nameInRow(raw, since.slice(0, from), cells, previous);
  const comment = named ? undefined : commentAfter(raw, tokens, at);
  const end = comment?.end ?? closing(tokens, at);
  const open = since.slice(from).find(({ kind }) => kind === "open") ?? token;
  return {
    text: raw.slice(named ? startOf(plain, named) : open.start, end),
    end,
    email: token.email,
    name: (named ?? comment)?.name,
    isAlone: !previous && !since.some(isText),
  };
}

/** Returns where a name begins, with its bracket. */
const startOf = (plain: string, { start }: Named) => (/[[(<]/.test(plain[start - 1] ?? "") ? start - 1 : start);

type Named = { name: string; start: number };

/** The last nonempty cells before an address: a first name and a last name at most. */
function cellsOf(tokens: Token[]): Token[][] {
  const cells = splitAt(tokens, isSeparator).map((cell) => cell.filter(isText));
  return cells.filter((cell) => cell.length > 0);
}

/**
 * Returns the name in the words right before an address: any words before `<a@b>`, otherwise what looks like a name.
 * `enclosed`: the address, if it is in brackets.
 */
function nameBefore(
  { raw, plain }: Source,
  words: Token[],
  enclosed: Token | undefined,
  cells: Token[][],
): Named | undefined {
  const isInAngles = enclosed !== undefined && plain[enclosed.start - 1] === "<";
  const weak = words.findIndex(({ kind }) => kind === "weak");
  const text = textOf(raw, weak > 0 ? words.slice(0, weak) : words);
  const label = text.lastIndexOf(":") + 1;
  const start = (words[0]?.start ?? 0) + label;
  const name = isInAngles ? nickOf(text.slice(label)) : nameOf(text.slice(label));
  if (!name) return undefined;
  return (label === 0 && withFamily(raw, name, cells)) || { name, start };
}

/** `Lovelace, Ada <a@b>`: the only cell before the first name is the last name. */
function withFamily(raw: string, given: string, cells: Token[][]): Named | undefined {
  const [cell = [], ...others] = cells;
  const [first] = cell;
  if (!first || first.kind === "phrase" || others.length > 0) return undefined;
  const family = nameOf(textOf(raw, cell));
  const whole = family && cleanName(inOrder(family, given));
  return whole ? { name: whole, start: first.start } : undefined;
}

/**
 * In a row of a table, the cell before the address is the name, or the first two are first and last name. No cell is after
 * an address without a name.
 */
function nameInRow(raw: string, since: Token[], cells: Token[][], previous: Piece | undefined): Named | undefined {
  if ((previous && previous.name === undefined) || !isRow(raw, since)) return undefined;
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
