import type * as ID from "../base/id.ts";
import type { Key, List } from "../table/table.ts";
import type { GrantRow, OrganizationRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const organizationKeys = {
  /** The organization. */
  organization: (organization: Organization): Key<OrganizationRow> => ({ pk: organization, sk: "#org" }),
  /** The end of its granted seats. */
  grant: (organization: Organization): Key<GrantRow> => ({ pk: organization, sk: "#grant" }),
  /** Organizations by the month of their creation, except deleted ones: `createdAt#org`. */
  organizations: (createdAt: string): List<OrganizationRow> => `orgs#${createdAt.slice(0, 7)}`,
  /** Deleted ones: `deletedAt#org`. */
  deletedOrganizations: "orgs#deleted" as List<OrganizationRow>,
  /** Grants of seats that have an end, by it: `at#org`. */
  dueGrants: "grants#due" as List<GrantRow>,
};
