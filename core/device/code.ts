import { randomInt } from "node:crypto";
import * as Bearer from "../base/bearer.ts";
import * as ID from "../base/id.ts";
import { signed } from "../kernel/signed.ts";

// The three codes of a device that somebody links (RFC 8628, RFC 7636): only their hashes are stored.

/** 20 letters without vowels: no words, and no letter that looks like another (RFC 8628, section 6.1). */
const letters = "BCDFGHJKLMNPQRSTVWXZ";
const length = 8;
const prefixes = { device: "mst_dvc_", authorization: "mst_aut_" };
const userCodes = signed("user-code");
const authorizationCodes = signed("authorization-code");

/** Makes what the client keeps, and asks with. */
export const mintDeviceCode = (): string => Bearer.mint(prefixes.device, []);

/** Returns under which id a device code is stored, or nothing if it is mistyped or forged. */
export const idOfDeviceCode = (code: string): ID.ID<"deviceCode"> | undefined =>
  Bearer.read(prefixes.device, 0, code) && ID.derive("deviceCode", code);

/** Makes what a person types, or finds in a link: XXXX-XXXX. */
export function mintUserCode(): string {
  const all = Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
  return `${all.slice(0, length / 2)}-${all.slice(length / 2)}`;
}

/** Returns a code as it was shown, whatever the case, spaces and hyphens of what was typed. */
export function pretty(typed: string): string {
  const all = typed.toUpperCase().replaceAll(/[^A-Z]/g, "");
  return `${all.slice(0, length / 2)}-${all.slice(length / 2)}`;
}

/** Under which id a user code is stored: a keyed hash, because it is short enough to be found by trying all. */
export const idOfUserCode = (code: string): ID.ID<"userCode"> => idOf(userCodes.bytes(pretty(code)));

/** The same for each pepper that it may have been stored with. */
export const idsOfUserCode = (code: string): ID.ID<"userCode">[] => userCodes.all(pretty(code)).map(idOf);

const idOf = (hash: Buffer) => ID.derive("userCode", hash.toString("base64url"));

/**
 * Returns what the browser hands to a client on the loopback address. It is derived, so that approving twice gives it
 * again, and names the device code that it is for.
 */
export function deriveAuthorizationCode(code: ID.ID<"deviceCode">, device: ID.ID<"device">): string {
  return Bearer.mint(prefixes.authorization, [code], authorizationCodes.bytes(code, device));
}

/** Returns the id of the device code that an authorization code is for, or nothing if it is mistyped or forged. */
export function idOfAuthorizationCode(code: string): ID.ID<"deviceCode"> | undefined {
  const [id] = Bearer.read(prefixes.authorization, 1, code) ?? [];
  return id === undefined ? undefined : `dc_${id}`;
}
