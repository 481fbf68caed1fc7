import type * as ID from "../base/id.ts";
import type { Key, List, Range } from "../table/table.ts";
import type { MemberRow } from "./row.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;

export const memberKeys = {
  /** A membership. Streamed to views. */
  member: (organization: Organization, account: Account): Key<MemberRow> => ({ pk: account, sk: organization }),
  organizationsOf: (account: Account): Range<MemberRow> => ({ pk: account, prefix: "org_" }),
  /** Members by name: `name#acc`. */
  members: (organization: Organization): List<MemberRow> => `${organization}#mem`,
};
