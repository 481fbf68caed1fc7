import type { ID } from "../base/id.ts";
import type { Item, Key } from "../table/table.ts";
import type { Credential } from "./actor.ts";

/** A kind of credential that the API accepts: how its tokens are parsed, and what its rows say. */
export type CredentialType<R extends Item = Item> = {
  /**
   * Returns the account and credential that a token names, or nothing if it is not a token of this kind. Reads no rows.
   */
  read(token: string): { account: ID<"account">; key: Key<R>; via: Credential } | undefined;
  /** Returns the actor for the row under that key, or nothing once the credential has ended. */
  admit(row: R): { via: Credential; address: ID<"address">; email: string } | undefined;
  /** Records that the credential was used. Decides nothing. */
  touch(row: R): Promise<void>;
};
