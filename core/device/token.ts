import { createHmac } from "node:crypto";
import * as Bearer from "../base/bearer.ts";
import { equalText, sha256 } from "../base/hash.ts";
import type { ID } from "../base/id.ts";
import { pepper, peppers } from "../kernel/ports.ts";

const prefix = "mst_dev_";

/** What a token names: the keys of all rows that a request of a device needs. */
export type Named = { account: ID<"account">; organization: ID<"organization">; device: ID<"device"> };

/**
 * Returns the token that follows from `origin`: a device code, or the hash of the token before. It is derived, so that
 * an answer that was lost is given again, and answers that arrive in another order hold the same token.
 */
export function derive({ account, organization, device }: Named, origin: string, key = pepper()): string {
  const text = JSON.stringify(["device-token", device, origin]);
  return Bearer.mint(prefix, [account, organization, device], createHmac("sha256", key).update(text).digest());
}

/** Returns the token of this hash that follows from `origin`, also after a rotation of the pepper. */
export const deriveAgain = (named: Named, origin: string, stored: string): string | undefined =>
  peppers()
    .map((key) => derive(named, origin, key))
    .find((token) => equalText(sha256(token), stored));

/** Returns what a token names, or nothing if it is mistyped or forged. Reads no rows. */
export function read(token: string): Named | undefined {
  const [account, organization, device] = Bearer.read(prefix, 3, token) ?? [];
  if (device === undefined) return;
  return { account: `acc_${account}`, organization: `org_${organization}`, device: `dev_${device}` };
}
