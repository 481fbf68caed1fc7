import type { ID } from "../base/id.ts";
import type { Item, Key } from "../table/table.ts";
import type { Credential, Origin } from "./actor.ts";

/** A kind of credential that the API accepts: how its tokens are parsed, and what its rows say. */
export type CredentialType<R extends Item = Item> = {
  /**
   * Returns the account and credential that a token names, or nothing if it is not a token of this kind. Reads no rows.
   */
  read(token: string): Named<R> | undefined;
  /** Returns the actor for the row under that key, or nothing if it is not the row's token, or has ended. */
  admit(row: R, named: Named<R>): { via: Credential; address: ID<"address">; email: string } | undefined;
  /**
   * Writes what follows from the use of an admitted token, before the request runs, and returns the row as it is then, or
   * nothing if it is gone.
   */
  use?(row: R, named: Named<R>, origin: Origin): Promise<R | undefined>;
  /** Records that the credential was used. Decides nothing. */
  touch(row: R): Promise<void>;
};

/** The account and the key that a token names; `hash` is its own, unless the key has it. */
export type Named<R extends Item = Item> = { account: ID<"account">; key: Key<R>; via: Credential; hash?: string };
