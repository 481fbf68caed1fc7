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
  /** What a request was answered, by its account and key. */
  answersAndNotifications: (account: Account) => ({ pk: account, from: "idem#", to: "ntf_~" }),
  /** Events in outboxes of accounts, and heads of their logs that may be unannounced: `at#acc`. */
  accountsBehind: "accounts#behind",
};
