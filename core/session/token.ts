import * as Bearer from "../base/bearer.ts";
import * as ID from "../base/id.ts";

const prefix = "mst_ses_";

/**
 * A session's token names its account, so that one read can fetch everything that a request needs. Only its hash is
 * stored.
 */
export const mint = (account: ID.ID<"account">): string => Bearer.mint(prefix, [account]);

/** Returns the account and session that a token names, or nothing if it is mistyped or forged. Reads no rows. */
export function read(token: string): { account: ID.ID<"account">; session: ID.ID<"session"> } | undefined {
  const [account] = Bearer.read(prefix, 1, token) ?? [];
  return account === undefined ? undefined : { account: `acc_${account}`, session: ID.derive("session", token) };
}
