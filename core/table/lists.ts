import type * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import type { DueRow } from "../billing/automatic/row.ts";
import type { BillingRow } from "../billing/row.ts";
import type { DomainRow } from "../domain/row.ts";
import type { ImportRow } from "../import/row.ts";
import type { AddressRow } from "../invitation/row.ts";
import type { MemberRow } from "../member/row.ts";
import type { GrantRow, OrganizationRow } from "../organization/row.ts";
import type { PurgedRow } from "../purge/row.ts";
import type { RolloutRow } from "../rollout/row.ts";
import type { List } from "./table.ts";

// Lists of the index, ranks of rows in them, and terms of the search. The picture is in keys.ts.

type Account = ID.ID<"account">;
type Address = ID.ID<"address">;
type Import = ID.ID<"import">;
type Organization = ID.ID<"organization">;
type Team = ID.ID<"team">;

export const Terms = {
  /** A prefix for members of this role; it sorts roles from the most to the least powerful, unknown ones last. */
  role: (role: Role | Unknown) => `${role === "unknown" ? roles.length : roles.indexOf(role)}#`,
  /** A prefix for members of this team. */
  team: (team: Team) => `${team}#`,
  /** A prefix for those of them who lead it. */
  lead: (team: Team) => `lead#${team}#`,
};

export const Lists = {
  members: (organization: Organization): List<MemberRow> => `${organization}#mem`,
  /** Most organizations use only the first of 16 shards. */
  invitations: (organization: Organization, part = 0): List<AddressRow> => `${organization}#inv#${part}`,
  organizations: (createdAt: string): List<OrganizationRow> => `orgs#${createdAt.slice(0, 7)}`,
  deletedOrganizations: "orgs#deleted" as List<OrganizationRow>,
  purgedOrganizations: "orgs#purged" as List<PurgedRow>,
  /** By the day on which it began at Stripe. */
  subscriptions: (createdAt: string): List<BillingRow> => `subs#${createdAt.slice(0, 10)}`,
  openImports: "imports#open" as List<ImportRow>,
  openRollouts: "rollouts#open" as List<RolloutRow>,
  dueDomains: "domains#due" as List<DomainRow>,
  dueGrants: "grants#due" as List<GrantRow>,
  dueSeats: "seats#due" as List<DueRow>,
  accountsBehind: "accounts#behind",
};

export const Ranks = {
  /** Rank of an address that is not a member: `p` pending until, `e` ended, `f` former, `r` removed and erased at `at`. */
  address: (letter: "p" | "e" | "f" | "r", at: string, address: Address) => `${letter}#${at}#${address.slice(-10)}`,
  /** Rank of an import that has not ended: when to check on it. */
  openImport: (at: string, id: Import) => `${at}#${id}`,
  /** Rank of an organization, its domain, its grant or its automatic seats: when something happened to it, or is due. */
  organization: (at: string, organization: Organization) => `${at}#${organization}`,
  /** Rank of what waits for an account: since when. */
  behind: (at: string, account: Account) => `${at}#${account}`,
};
