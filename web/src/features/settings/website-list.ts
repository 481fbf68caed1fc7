import { everything } from "@muster/settings/kind.ts";
import { type Matcher, type Note, normalize, notes, problems } from "@muster/settings/website.ts";

// Websites as people type and paste them.

export function deniesText(pattern: string) {
  if (pattern === everything) {
    return "Denies every website.";
  }
  const isBelowHost = pattern.startsWith("*.");
  const isBelowPath = pattern.endsWith("/*");
  const place = pattern.slice(isBelowHost ? 2 : 0, isBelowPath ? -2 : undefined);
  return isBelowHost || isBelowPath
    ? `Denies everything below ${place}, but not ${place} itself.`
    : `Denies ${place} and everything below it.`;
}

export type ReadWebsite = { pattern: string; says: string; notes: string[] } | { problem: string };

/**
 * Loads a function that tells whether anybody can register names below a host. It comes with the websites: the list of
 * such names is long.
 */
export const loadSuffixes = async () => (await import("./public-suffix.ts")).isPublicSuffix;
export type IsPublicSuffix = Awaited<ReturnType<typeof loadSuffixes>>;

/** Returns the pattern that a text stands for and what it denies, or why it is none. */
export function readWebsite(text: string, isPublicSuffix?: IsPublicSuffix): ReadWebsite {
  const read = normalize(text, isPublicSuffix);
  return "problem" in read
    ? { problem: problems[read.problem] }
    : { pattern: read.pattern, says: deniesText(read.pattern), notes: read.notes.map((note: Note) => notes[note]) };
}

/** Returns the pattern that covers an address, or nothing; or the reason that the text is no address. */
export function testAddress(text: string, covering: Matcher): { pattern: string | undefined } | { problem: string } {
  const read = normalize(text);
  if ("problem" in read) {
    return { problem: problems[read.problem] };
  }
  const { pattern } = read;
  if (pattern.startsWith("*") || pattern.endsWith("/*")) {
    return { problem: "Enter the address of one page, without *." };
  }
  return { pattern: covering(`${/\bhttp:/i.test(text) ? "http" : "https"}://${pattern}`) };
}

export type Review = {
  /** Patterns that are not in the list yet. */
  added: string[];
  /** Texts that are kept in another form. */
  normalized: { text: string; pattern: string }[];
  /** Patterns that stand in the text more than once. */
  duplicates: number;
  /** Patterns that are in the list already. */
  known: number;
  refused: { line: number; text: string; reason: string }[];
};

/** Words that head a column of websites. */
const headings = new Set(["website", "websites", "domain", "domains", "url", "urls", "host", "pattern", "address"]);

/** Returns the entries of each line, with its number. Empty lines and a heading are left out. */
export function linesOf(text: string) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n?|\n/);
  return lines.flatMap((line, index) => {
    const isHeading = index === 0 && headings.has(firstCell(line).toLowerCase());
    return isHeading ? [] : entriesOf(line).map((text) => ({ line: index + 1, text }));
  });
}

/** The first cell of a line, or all of them where each is a website. */
function entriesOf(line: string): string[] {
  const pieces = line.split(/[\s,;，；、]+/).filter((piece) => piece !== "");
  if (pieces.length > 1 && pieces.every(isWebsite)) return pieces;
  const cell = firstCell(line);
  return cell === "" ? [] : [cell];
}

/** A number with a point, or a date, would be an address too. */
function isWebsite(piece: string) {
  const read = normalize(piece);
  return "pattern" in read && (/^(\[|[^:/]*\p{L})/u.test(read.pattern) || /^\D*\d+(\.\d+){3}(?![.\d])/.test(piece));
}

function firstCell(line: string) {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line)?.[1];
  return (quoted?.replaceAll('""', '"') ?? line.split(/[,;\t，；、]/, 1)[0] ?? "").trim();
}

/** Lines that are read before the page has a turn again. */
const slice = 2_000;

/**
 * Reads pasted text: each line is a website.
 * @param onProgress is told the share that was read, and may end it by returning false
 */
export async function review(
  text: string,
  list: readonly string[],
  onProgress: (share: number) => boolean,
): Promise<Review | undefined> {
  const isPublicSuffix = await loadSuffixes();
  const lines = linesOf(text);
  const present = new Set(list);
  const found = new Set<string>();
  const result: Review = { added: [], normalized: [], duplicates: 0, known: 0, refused: [] };
  for (let from = 0; from < lines.length; from += slice) {
    if (!onProgress(from / lines.length)) {
      return undefined;
    }
    for (const { line, text: cell } of lines.slice(from, from + slice)) {
      const read = readWebsite(cell, isPublicSuffix);
      if ("problem" in read) {
        result.refused.push({ line, text: cell, reason: read.problem });
      } else if (found.has(read.pattern)) {
        result.duplicates++;
      } else {
        found.add(read.pattern);
        if (present.has(read.pattern)) {
          result.known++;
        } else {
          result.added.push(read.pattern);
        }
        if (read.pattern !== cell) {
          result.normalized.push({ text: cell, pattern: read.pattern });
        }
      }
    }
    await new Promise((resolve) => {
      setTimeout(resolve);
    });
  }
  return result;
}
