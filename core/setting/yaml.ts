import { LineCounter, parseDocument } from "yaml";

/**
 * Reads YAML, with the line of what is wrong with it. A module of its own: it is loaded when a file is imported, and a
 * bundle gives the package itself no names then.
 */
export function parseYaml(text: string) {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, schema: "core", uniqueKeys: true });
  const [error] = document.errors;
  return { document, badLine: error && counter.linePos(error.pos[0]).line };
}
