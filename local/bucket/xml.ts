import { parseXML } from "@aws-sdk/xml-builder";
import { malformedXml } from "./refusal.ts";

/** An element of a document that a client sent. */
export type Element = {
  /** The text of the only child with this name; empty without one. */
  text: (name: string) => string;
  list: (name: string) => Element[];
};

/** @throws Refusal if the text is not such a document */
export function read(document: string, root: string): Element {
  let parsed: unknown;
  try {
    parsed = parseXML(document);
  } catch {
    throw malformedXml();
  }
  const [found] = childrenOf(parsed, root);
  if (found === undefined) throw malformedXml();
  return elementOf(found);
}

const elementOf = (value: unknown): Element => ({
  text: (name) => {
    const [child] = childrenOf(value, name);
    return typeof child === "string" ? child : "";
  },
  list: (name) => childrenOf(value, name).map(elementOf),
});

function childrenOf(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const found = Object.entries(value).find(([key]) => key === name)?.[1];
  return found === undefined ? [] : [found].flat();
}
