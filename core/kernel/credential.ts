import type { ID } from "../base/id.ts";
import type { Item, Key } from "../table/table.ts";
import type { Credential } from "./actor.ts";

/** A kind of credential that the API takes: how its tokens are read, and what its rows say. */
export type CredentialType<R extends Item = Item> = {
  /** The account and the credential that a token names; nothing when it is no token of this kind, without any read. */
  read(token: string): { account: ID<"account">; key: Key<R>; via: Credential } | undefined;
  /** Who acts, by the row under that key; nothing once the credential has ended. */
  admit(row: R): { via: Credential; address: ID<"address">; email: string } | undefined;
  /** Notes that it is used. Decides nothing. */
  touch(row: R): Promise<void>;
};
