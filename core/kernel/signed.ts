import { createHmac } from "node:crypto";
import { equalText } from "../base/hash.ts";
import { pepper, peppers } from "./ports.ts";

// What only this deployment can compute: HMAC-SHA-256 with its pepper, which can be rotated.

type Values = readonly unknown[];

const hmac = (key: string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Returns the MAC of a text with the pepper to write with: 32 bytes. */
export const mac = (text: string): Buffer => hmac(pepper(), text);

/** Returns the MACs of a text with each pepper that it may have been written with, the current one first. */
export const macs = (text: string): Buffer[] => peppers().map((key) => hmac(key, text));

/**
 * Returns what signs values for one purpose: a tag for it is none for another.
 * @param bytes the length of a tag; 16 are unguessable, and short enough for a link or a header
 */
export function signed(purpose: string, bytes = 32) {
  // threat: a tag that was made for one purpose opens another
  const textOf = (values: Values) => JSON.stringify([purpose, ...values]);
  const cut = (all: Buffer) => all.subarray(0, bytes);
  const all = (...values: Values): Buffer[] => macs(textOf(values)).map(cut);
  return {
    /** Returns the tag of these values. */
    bytes: (...values: Values): Buffer => cut(mac(textOf(values))),
    /** Returns the tags that these values may have, the current one first. */
    all,
    /** Returns the tag of these values, in base64url. */
    tag: (...values: Values): string => cut(mac(textOf(values))).toString("base64url"),
    /**
     * Returns whether a text is the tag of these values. Compared as text, because several spellings of base64url
     * decode to the same bytes.
     */
    opens: (tag: string, ...values: Values): boolean =>
      // threat: a made-up tag opens
      // threat: a rotation of the pepper ends what was signed before it
      all(...values).some((one) => equalText(tag, one.toString("base64url"))),
  };
}
