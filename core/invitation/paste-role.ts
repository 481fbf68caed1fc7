import type { Token } from "./paste-token.ts";

/** The roles by the words that people use for them. */
const roleWords: Record<string, PastedRole> = {
  owner: "owner",
  admin: "admin",
  administrator: "admin",
  write: "write",
  writer: "write",
  editor: "write",
  read: "read",
  reader: "read",
  viewer: "read",
};
const maxWord = 40;
const signs = ["\t", ";", ",", "|"];
const roleTitle = /^(?:roles?|permissions?|access)$/i;
const mailTitle = /^e-?mails?(?: ?address(?:es)?)?$/i;
/** How a line leads to a role: `as admin`, `role: admin`. */
const lead = /^(?:as|roles?:?|[=:>-]+)$/i;
/** A word as a role might be called, by somebody who thinks that there is one. */
const roleLike = /^\p{L}[\p{L}-]*$/u;
const notRoles = /^(?:and|or|und|oder|et|y|e|b?cc|to|from|thanks|thx|cheers|please|regards|hi|hello|wrote|yes|no|ok)$/i;

export type PastedRole = "owner" | "admin" | "write" | "read";

/** What is said of a role: one that there is, or the word that was meant as one. */
export type Said = { role: PastedRole } | { unknownRole: string };

/** Which column of a table holds the roles; -1 where the table has none. */
export type Titles = { sign: string; at: number };

/** Reads a line as the titles of a table, one of which is that of the addresses. */
export function titlesOf(plain: string, tokens: readonly Token[]): Titles | undefined {
  const line = plain.slice(tokens[0]?.start ?? 0, tokens.at(-1)?.end ?? 0);
  for (const sign of /mail/i.test(line) ? signs : []) {
    const titles = cellsOf(plain, tokens, sign);
    if (titles.length > 1 && titles.some((title) => mailTitle.test(title))) {
      return { sign, at: titles.findIndex((title) => roleTitle.test(title)) };
    }
  }
  return undefined;
}

/** What a row of a table says in the column of the roles. */
export function roleInRow(plain: string, tokens: readonly Token[], { sign, at }: Titles): Said | undefined {
  const text = cellsOf(plain, tokens, sign)[at] ?? "";
  return text === "" ? undefined : (known(text) ?? { unknownRole: text.slice(0, maxWord) });
}

/**
 * The role in what stands behind an address: one word in the same cell, or, behind the only address of a line, alone in
 * a later cell. There a word that is no role may have been meant as one, if nothing else stands there.
 */
export function roleBehind(plain: string, behind: readonly Token[], isOnly: boolean): Said | undefined {
  const cells = splitAt(behind, ({ kind }) => kind === "comma" || kind === "separator").map((cell) =>
    cell.map((token) => wordOf(plain, token)).filter((word) => word !== "" && !lead.test(word)),
  );
  const said = isOnly ? cells : cells.slice(0, 1);
  const role = said.filter((words) => words.length === 1).map(([word = ""]) => known(word));
  const [word, ...others] = said.flat();
  const isMeant = isOnly && word !== undefined && others.length === 0 && roleLike.test(word) && !notRoles.test(word);
  return role.find((one) => one !== undefined) ?? (isMeant ? { unknownRole: word.slice(0, maxWord) } : undefined);
}

function known(text: string): Said | undefined {
  const word = text.toLowerCase();
  return Object.hasOwn(roleWords, word) ? { role: roleWords[word] as PastedRole } : undefined;
}

/** A word without quotes and what ends a sentence. */
function wordOf(plain: string, { kind, start, end }: Token): string {
  const isText = kind === "word" || kind === "phrase" || kind === "weak";
  return isText ? bare(plain.slice(start, end)).replace(/[.!]+$/, "") : "";
}

/** The cells of a row, empty ones included. */
function cellsOf(plain: string, tokens: readonly Token[], sign: string): string[] {
  const cells = splitAt(tokens, ({ start, end }) => end === start + 1 && plain[start] === sign);
  return cells.map((cell) => bare(plain.slice(cell[0]?.start ?? 0, cell.at(-1)?.end ?? 0)));
}

const bare = (text: string) =>
  text
    .trim()
    .replace(/^["']+|["']+$/g, "")
    .trim();

function splitAt(tokens: readonly Token[], isSeparator: (token: Token) => boolean): Token[][] {
  const cells: Token[][] = [[]];
  for (const token of tokens) {
    if (isSeparator(token)) cells.push([]);
    else cells.at(-1)?.push(token);
  }
  return cells;
}
