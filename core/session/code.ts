import { randomBytes } from "node:crypto";
import { equalText } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { signed } from "../kernel/signed.ts";

/** 30 symbols, none of which looks like another (0 O, 1 I L, U V are missing). */
export const symbols = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
export const length = 8;

const codes = signed("code");
const browsers = signed("browser");

/**
 * Returns the code of a sign-in. It is derived, so that nothing guessable is stored or queued: the mailer and the check
 * compute the same code, and repeated mails contain the same one.
 */
export const derive = (flow: ID<"flow">, address: ID<"address">): string =>
  // threat: a code can be computed without the pepper
  textOf(codes.bytes(flow, address));

/** Returns whether typed text is the code, also after a rotation of the pepper. Takes constant time. */
export const matches = (typed: string, flow: ID<"flow">, address: ID<"address">): boolean =>
  // threat: a rotation of the pepper ends the sign-in codes that are on their way
  codes.all(flow, address).some((bytes) => equalText(normalize(typed), textOf(bytes)));

function textOf(bytes: Buffer): string {
  // 240 is the largest multiple of 30 in a byte: larger values would favor the first symbols
  // threat: some codes are likelier than others
  const fair = [...bytes].filter((byte) => byte < 240).slice(0, length);
  return fair.map((byte) => symbols[byte % symbols.length]).join("");
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
  return `${name}.${browsers.tag(name, address)}`;
}

/** Returns the browser's own name if its mark was made for this address. */
export function knownBrowser(mark: string | undefined, address: ID<"address">): string | undefined {
  const [name = "", tag = ""] = (mark ?? "").split(".");
  // threat: a mark made for one address is known for another
  return browsers.opens(tag, name, address) ? name : undefined;
}
