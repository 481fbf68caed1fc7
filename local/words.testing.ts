import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./testing/worlds/instance.ts";

// What docs/glossary.md rules out: words in code style everywhere, words in plain style in public names.

const lines = readFileSync(join(root, "docs/glossary.md"), "utf8").split("\n");
/** The last column of each row, and the lines that rule out spellings and phrases. */
const lastColumns = lines.flatMap((line) => {
  const columns = line.split("|");
  return columns.length > 3 ? [columns.at(-2) ?? ""] : [];
});
const sentences = lines.flatMap((line) => [...line.matchAll(/\bNot `.*$/g)].map(([rest]) => rest));
const inCodeStyle = [...lastColumns, ...sentences].flatMap((text) =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
);

/** Words that are wrong everywhere. */
export const ruledOut = inCodeStyle.filter((word) => !word.endsWith("…"));
/** Beginnings of names that are wrong everywhere. */
export const ruledOutPrefixes = inCodeStyle.filter((word) => word.endsWith("…")).map((word) => word.slice(0, -1));
/** Words that are wrong in public names. */
export const wrongInNames = lastColumns
  .flatMap((text) => text.replace(/`[^`]+`|\([^)]*\)/g, "").split(","))
  .map((word) => word.trim())
  .filter((word) => /^[a-z ]+$/.test(word));

const found = new RegExp(`\\b(?:${ruledOut.join("|")})\\b`, "gi");
const prefixed = new RegExp(`\\b(?:${ruledOutPrefixes.join("|")})[A-Z]\\w*`, "g");
const foundInName = new RegExp(`\\b(?:${wrongInNames.join("|")})\\b`, "g");

/** Splits names of any style into words: `signInCode`, `sign_in_code` and `sign-in-code`. */
const split = (text: string) => text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/[_-]/g, " ");

/** Returns the words and names of a text that the glossary rules out. */
export function wordsIn(text: string): string[] {
  const words = (split(text).match(found) ?? []).map((word) => word.toLowerCase());
  return [...words, ...(text.match(prefixed) ?? [])];
}

const names = [
  /\b\w*(?:[sS]ettl(?:e|es|ed|ing)(?![a-z])|[tT]roubl(?:e|es|ed)(?![a-z])|\b[sS]lips?(?![a-z]))\w*/g,
  /\b\w+[a-z]Turns?\b|\b(?<=(?:const|let|function) )turns?\b/g,
  /\b\w+[a-z]Letters?\b|\bletters?(?:[A-Z]\w*|(?=: MailMessage\b))/g,
];

/** Returns the names in code, and the words of comments, that a word of the first texts is in, or a letter for an email. */
export const namesIn = (text: string): string[] => names.flatMap((pattern) => text.match(pattern) ?? []);

const clause =
  /\/\*\*[\s*]*((?:How|Whether|What|Who|Whose|Which|When|Where|Why|If|Until|Since|As)\b.*?)\s*(?:\*\/.*)?$/gm;

/** Returns the first lines of docstrings that begin with a clause without its noun or verb: "What it costs". */
export const clausesIn = (text: string): string[] => [...text.matchAll(clause)].map(([, line = ""]) => line);

/** Returns the words of a public name that the glossary rules out for the concept of a row. */
export const wordsInName = (name: string): string[] => split(name).toLowerCase().match(foundInName) ?? [];

const isSkipped = /^(node_modules|dist|runtime|cdk\.out|test-results|playwright-report|\.git|\.muster|\.sst)$/;
const isText = /^run$|\.(md|[cm]?[jt]sx?|json|css|html|svg|txt|ya?ml)$/;

/** Every source and document, by its path. */
export function textFiles(folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return isSkipped.test(entry.name) ? [] : textFiles(path);
    return isText.test(entry.name) ? [path] : [];
  });
}
