import type { Source } from "./paste-text.ts";
import { isSeparator, isText, splitAt, type Token } from "./paste-token.ts";
import { roleOf } from "./role-words.ts";

const maxWord = 40;
const signs = ["\t", ";", ",", "|"];
const roleTitle = /^(?:roles?|permissions?|access)$/i;
const mailTitle = /^e-?mails?(?: ?address(?:es)?)?$/i;
/** Words before a role on a line: `as admin`, `role: admin`. */
const lead = /^(?:as|roles?:?|[=:>/-]+)$/i;
/** A word that could be meant as the name of a role. */
const roleLike = /^\p{L}[\p{L}-]*$/u;
const notRoles = /^(?:and|or|und|oder|et|y|e|b?cc|to|from|thanks|thx|cheers|please|regards|hi|hello|wrote|yes|no|ok)$/i;

export type PastedRole = NonNullable<ReturnType<typeof roleOf>>;

/** A known role, or the word that was meant as one. */
export type Said = { role: PastedRole } | { unknownRole: string };

/** The column of a table that holds the roles; -1 if there is none. */
export type Titles = { sign: string; at: number };

/** Reads a line as the headings of a table, if one of them is for addresses. */
export function titlesOf(source: Source, tokens: readonly Token[]): Titles | undefined {
  const line = source.plain.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
  for (const sign of /mail/i.test(line) ? signs : []) {
    const titles = cellsOf(source, tokens, sign);
    if (titles.length > 1 && titles.some((title) => mailTitle.test(title))) {
      return { sign, at: titles.findIndex((title) => roleTitle.test(title)) };
    }
  }
  return undefined;
}

/** Returns what the role column of a table row contains. */
export function roleInRow(source: Source, tokens: readonly Token[], { sign, at }: Titles): Said | undefined {
  const text = cellsOf(source, tokens, sign)[at] ?? "";
  return text === "" ? undefined : (known(text) ?? { unknownRole: text.slice(0, maxWord) });
}

/**
 * Returns the role after an address: one word in the same cell or, after the last address of a line, alone in a later
 * cell. After the only one, or alone in a later cell, a single unknown word may have been meant as a role.
 */
export function roleBehind(
  source: Source,
  behind: readonly Token[],
  { isLast, isOnly }: { isLast: boolean; isOnly: boolean },
): Said | undefined {
  const cells = splitAt(behind, isSeparator).map((cell) =>
    cell.map((token) => wordOf(source, token)).filter((word) => word !== "" && !lead.test(word)),
  );
  const said = isLast ? cells : cells.slice(0, 1);
  const role = said.filter((words) => words.length === 1).map(([word = ""]) => known(word));
  const [word, ...others] = said.flat();
  const isApart = isLast && cells[0]?.length === 0;
  const isMeant =
    (isOnly || isApart) && word !== undefined && others.length === 0 && roleLike.test(word) && !notRoles.test(word);
  return role.find((one) => one !== undefined) ?? (isMeant ? { unknownRole: word.slice(0, maxWord) } : undefined);
}

/**
 * Returns the words for roles that are alone in a cell of a line, wherever it is: `admin: a@b, c@d`. Whose they are is
 * not guessed.
 */
export function rolesAside(source: Source, tokens: readonly Token[]): { word: string; role: PastedRole }[] {
  const isEdge = (token: Token) => isSeparator(token) || token.kind === "address";
  return splitAt(tokens, isEdge).flatMap((cell) => {
    // before `<a@b>` it is a name
    if (cell.at(-1)?.kind === "open") return [];
    const words = cell.map((token) => wordOf(source, token).replace(/:$/, ""));
    const [word = "", ...others] = words.filter((one) => one !== "" && !lead.test(one));
    const role = others.length === 0 ? roleOf(word) : undefined;
    return role ? [{ word: word.slice(0, maxWord), role }] : [];
  });
}

function known(text: string): Said | undefined {
  const role = roleOf(text);
  return role && { role };
}

/** Returns a word without quotes and sentence punctuation. */
function wordOf(source: Source, token: Token): string {
  return isText(token) ? textOf(source, token.start, token.end).replace(/[.!]+$/, "") : "";
}

/** Returns the cells of a row, including empty ones. */
function cellsOf(source: Source, tokens: readonly Token[], sign: string): string[] {
  const cells = splitAt(tokens, ({ start, end }) => end === start + 1 && source.plain[start] === sign);
  return cells.map((cell) => textOf(source, cell[0]?.start ?? 0, cell.at(-1)?.end ?? 0));
}

/** Returns a text without quotes, in the letters that it was written in: ａｄｍｉｎ is no role. */
function textOf({ raw, plain }: Source, start: number, end: number): string {
  const [text, written] = [bare(plain.slice(start, end)), raw.slice(start, end)];
  // threat: letters of another kind in a pasted list make somebody an admin
  return /\p{L}/u.test(text) && !written.includes(text) ? written.trim() : text;
}

const bare = (text: string) =>
  text
    .trim()
    .replace(/^["']+|["']+$/g, "")
    .trim();
