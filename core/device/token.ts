import * as Bearer from "../base/bearer.ts";
import { equalText, sha256 } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { signed } from "../kernel/signed.ts";

const prefix = "mst_dev_";
const tokens = signed("device-token");

/** The names in a token: the keys of all rows that a request of a device needs. */
export type Named = { account: ID<"account">; organization: ID<"organization">; device: ID<"device"> };

/**
 * Returns the token that follows from `origin`: a device code, or the hash of the token before. It is derived, so that
 * an answer that was lost is given again, and answers that arrive in another order hold the same token.
 */
export const derive = (named: Named, origin: string): string => mint(named, tokens.bytes(named.device, origin));

/** Returns the token of this hash that follows from `origin`, also after a rotation of the pepper. */
export const deriveAgain = (named: Named, origin: string, stored: string): string | undefined =>
  tokens
    .all(named.device, origin)
    .map((secret) => mint(named, secret))
    .find((token) => equalText(sha256(token), stored));

const mint = ({ account, organization, device }: Named, secret: Buffer) =>
  Bearer.mint(prefix, [account, organization, device], secret);

/** Returns what a token names, or nothing if it is mistyped or forged. Reads no rows. */
export function read(token: string): Named | undefined {
  const [account, organization, device] = Bearer.read(prefix, 3, token) ?? [];
  if (device === undefined) return;
  return { account: `acc_${account}`, organization: `org_${organization}`, device: `dev_${device}` };
}
