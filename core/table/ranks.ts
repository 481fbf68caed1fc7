import type * as ID from "../base/id.ts";

type Account = ID.ID<"account">;
type Address = ID.ID<"address">;
type Import = ID.ID<"import">;
type Organization = ID.ID<"organization">;

/** Ranks by which rows are sorted in lists of the index. */
export const Ranks = {
  /** Rank of an address that is not a member: `p` pending until, `e` ended, `f` former, `r` removed and erased at `at`. */
  address: (tab: "p" | "e" | "f" | "r", at: string, address: Address) => `${tab}#${at}#${address.slice(-10)}`,
  /** Rank of an import that has not ended: when to check on it. */
  openImport: (at: string, id: Import) => `${at}#${id}`,
  /** Rank of an organization, its domain, its grant or its automatic seats: when something happened to it, or is due. */
  organization: (at: string, organization: Organization) => `${at}#${organization}`,
  /** Rank of what waits for an account: since when. */
  behind: (at: string, account: Account) => `${at}#${account}`,
};
