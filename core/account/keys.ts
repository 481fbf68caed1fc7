import type * as ID from "../base/id.ts";
import type { Key } from "../table/table.ts";
import type { ClaimRow, ProfileRow } from "./row.ts";

type Account = ID.ID<"account">;
type Address = ID.ID<"address">;

export const accountKeys = {
  /** The account with this address. */
  claim: (address: Address): Key<ClaimRow> => ({ pk: address, sk: "#account" }),
  ofAccount: (account: Account) => ({ pk: account }),
  /** The account. */
  profile: (account: Account): Key<ProfileRow> => ({ pk: account, sk: "#profile" }),
  /** The answers to an account's requests, by their keys, and its notifications. */
  answersAndNotifications: (account: Account) => ({ pk: account, from: "idem#", to: "ntf_~" }),
};
