import { Composer, type Document, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from "yaml";

/** A list of a setting of a section of a team is at seven. */
const maxDepth = 20;
/** A list of the shortest websites has five for each line of 14 characters, of 3.5 million. */
const maxTokens = 1_300_000;
const tooMuch = "This file has too many names and values.";

/** The content of a text, or the reason that it cannot be read. */
export type Parsed = { document: Document.Parsed } | { problem: string };

/**
 * Reads YAML, in a time that grows with its length alone: nothing is composed of what is too deep or too much, and
 * names are compared by a set. A module of its own: it is loaded when a file is imported, and a bundle gives the package
 * itself no names then.
 */
export function parseYaml(text: string): Parsed {
  const counter = new LineCounter();
  const lineOf = (offset: number) => `Line ${counter.linePos(offset).line}`;
  const parser = new Parser(counter.addNewLine);
  counter.addNewLine(0);
  const tokens = [];
  let count = 0;
  for (const source of new Lexer().lex(text)) {
    tokens.push(...parser.next(source));
    // threat: a settings file that is nested deeply ends the process
    if (parser.stack.length > maxDepth) return { problem: `${lineOf(parser.offset)} is nested too deeply.` };
    if (++count > maxTokens) return { problem: tooMuch };
  }
  tokens.push(...parser.end());
  const [document, second] = firstTwo(tokens, text.length);
  if (!document) return { problem: "This is not YAML." };
  const badAt = document.errors[0]?.pos[0] ?? second?.range[0];
  if (badAt !== undefined) return { problem: `${lineOf(badAt)} is not YAML.` };
  const repeatedAt = repeatedIn(document.contents);
  return repeatedAt === undefined ? { document } : { problem: `${lineOf(repeatedAt)} repeats a name.` };
}

/** The documents, of which one is read. Without traces, of which each of a million errors would have one. */
function firstTwo(tokens: Parameters<Composer["compose"]>[0], end: number) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const all = new Composer({ schema: "core", uniqueKeys: false }).compose(tokens, true, end);
    const [one, two] = all as Iterable<Document.Parsed>;
    return [one, two];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Returns where a map has a name for a second time. */
function repeatedIn(node: unknown): number | undefined {
  if (isSeq(node)) return first(node.items, repeatedIn);
  if (!isMap(node)) return undefined;
  const names = new Set<string>();
  return first(node.items, ({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : "";
    if (isScalar(key) && names.size === names.add(name).size) return key.range?.[0] ?? 0;
    return repeatedIn(key) ?? repeatedIn(value);
  });
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
