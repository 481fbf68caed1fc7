import type * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import type { Key, Range } from "../table/table.ts";
import type { FoundRow } from "./row.ts";

type Account = ID.ID<"account">;
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

export const searchKeys = {
  /** A word that finds a member. */
  found: (organization: Organization, bucket: string, term: string, account: Account): Key<FoundRow> => ({
    pk: `${organization}#find#${bucket}`,
    sk: `${term}#${account}`,
  }),
  finding: (organization: Organization, bucket: string): Range<FoundRow> => ({ pk: `${organization}#find#${bucket}` }),
  holding: (organization: Organization, role: Role): Range<FoundRow> => ({
    pk: `${organization}#find#@`,
    prefix: Terms.role(role),
  }),
  /** The members of teams, by team and name: `team_T#name#acc_A`. */
  placements: (organization: Organization): Range<FoundRow> => ({ pk: `${organization}#find#+`, prefix: "team_" }),
  placed: (organization: Organization, team: Team): Range<FoundRow> => ({
    pk: `${organization}#find#+`,
    prefix: Terms.team(team),
  }),
  /** The leads of a team, as far as search rows know. */
  leading: (organization: Organization, team: Team): Range<FoundRow> => ({
    pk: `${organization}#find#+`,
    prefix: Terms.lead(team),
  }),
};
