import MarkdownIt, { type Token } from "markdown-it";
import { visible } from "../base/shape.ts";
import { mentionsIn } from "./shape.ts";

// How a text in Markdown is read: by the page that shows it, and by the server, which notifies those that the page names.

export const maxTextLength = 20_000;
/** A text of more pieces is shown as typed: the work and the page stay small, whatever it nests, repeats or refers to. */
const maxTokens = 4_000;
/** A table has as many columns in each row as in its first, however short the row is typed. */
const maxCells = 16_000;

const parser = createParser();
const parserWithoutTables = createParser().disable("table");

function createParser() {
  const made = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 20 });
  made.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  // Addresses are judged in the tree: the parser would look for the same one again from its next letter.
  made.normalizeLink = (typed) => typed;
  made.validateLink = () => true;
  made.normalizeLinkText = (text) => text;
  return made;
}

/** Returns the parser's flat list, in which tokens open and close each other; nothing for a text that is too large. */
export function tokensOf(text: string): Token[] | undefined {
  if (text.length > maxTextLength) return undefined;
  const tokens = parserFor(text).parse(text, {});
  const count = tokens.reduce((sum, { children }) => sum + 1 + (children?.length ?? 0), 0);
  // threat: a text becomes a page of many thousand elements
  return count > maxTokens ? undefined : tokens;
}

function parserFor(text: string) {
  const lines = text.split("\n");
  const columns = lines.reduce((most, line) => Math.max(most, line.split("|").length), 0);
  return columns * lines.length > maxCells ? parserWithoutTables : parser;
}

/** A kind of token that neither opens nor closes another. */
export type Leaf = "code" | "codeBlock" | "break" | "rule" | "image" | "text";
const leaves: Record<string, Leaf> = {
  code_inline: "code",
  fence: "codeBlock",
  code_block: "codeBlock",
  softbreak: "break",
  hardbreak: "break",
  hr: "rule",
  image: "image",
};
export const leafOf = ({ type }: Token): Leaf => leaves[type] ?? "text";

const leavesIn = (text: string): Token[] | undefined =>
  tokensOf(text)
    ?.flatMap((token) => (token.type === "inline" ? (token.children ?? []) : [token]))
    .filter(({ nesting }) => nesting === 0);

/** Returns the ids of the accounts and teams that a text mentions where its readers see them named, each once. */
export function shownMentions(text: string): string[] {
  const texts = (leavesIn(text) ?? []).filter((token) => leafOf(token) === "text");
  return [...new Set(texts.flatMap(({ content }) => mentionsIn(content)))];
}

/** Returns whether a text looks blank: it has only what Markdown does not show, such as the address of a link. */
export function isBlank(text: string): boolean {
  return leavesIn(text)?.every((token) => leafOf(token) !== "rule" && !visible.test(token.content)) ?? false;
}
