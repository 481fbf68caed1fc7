import { createHmac, randomBytes } from "node:crypto";
import { equalText } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { pepper, peppers } from "../kernel/ports.ts";

/** 30 symbols, none of which looks like another (0 O, 1 I L, U V are missing). */
export const symbols = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
export const length = 8;

/**
 * Returns the code of a sign-in. It is derived, so that nothing guessable is stored or queued: the mailer and the check
 * compute the same code, and repeated mails contain the same one.
 */
export function derive(flow: ID<"flow">, address: ID<"address">, key = pepper()): string {
  // threat: a code can be computed without the pepper
  const bytes = createHmac("sha256", key)
    .update(JSON.stringify(["code", flow, address]))
    .digest();
  // 240 is the largest multiple of 30 in a byte: larger values would favor the first symbols
  // threat: some codes are likelier than others
  const fair = [...bytes].filter((byte) => byte < 240).slice(0, length);
  return fair.map((byte) => symbols[byte % symbols.length]).join("");
}

/** Returns whether typed text is the code, also after a rotation of the pepper. Takes constant time. */
export function matches(typed: string, flow: ID<"flow">, address: ID<"address">): boolean {
  // threat: a rotation of the pepper ends the sign-in codes that are on their way
  return peppers().some((key) => equalText(normalize(typed), derive(flow, address, key)));
}

/** Formats the code for people: XXXX-XXXX. */
export const pretty = (code: string) => `${code.slice(0, 4)}-${code.slice(4)}`;

const normalize = (typed: string) => typed.toUpperCase().replaceAll(/[^0-9A-Z]/g, "");

/**
 * Returns a mark for a browser in which this address has signed in. It authorizes nothing; it only gives the browser
 * its own limits.
 */
export function markBrowser(address: ID<"address">): string {
  const name = randomBytes(12).toString("base64url");
  return `${name}.${browserMac(name, address, pepper())}`;
}

/** Returns the browser's own name if its mark was made for this address. */
export function knownBrowser(mark: string | undefined, address: ID<"address">): string | undefined {
  const [name = "", tag = ""] = (mark ?? "").split(".");
  // threat: a rotation of the pepper makes known browsers unknown
  return peppers().some((key) => equalText(tag, browserMac(name, address, key))) ? name : undefined;
}

const browserMac = (name: string, address: ID<"address">, key: string) =>
  // threat: a mark made for one address is known for another
  createHmac("sha256", key)
    .update(JSON.stringify(["browser", name, address]))
    .digest("base64url");
