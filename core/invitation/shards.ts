import * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { List } from "../table/table.ts";
import { invitationKeys } from "./keys.ts";
import type { AddressRow } from "./row.ts";

/**
 * An organization's list of invitations is one partition of the index, which takes 1,000 writes a second. Before a
 * large import it is divided into 16 shards. Only where a row is listed depends on their number, never its key or any
 * decision; dividing moves nothing, and the first shard is always read.
 */
export const maxShards = 16;
/** An import of more rows than this divides the list. */
export const rowsPerShard = 10_000;

type Organization = ID.ID<"organization">;

/** Returns the list that an address is put into. `organizationRow` may be missing; without it, the first shard. */
export function listFor(
  organization: Organization,
  address: ID.ID<"address">,
  organizationRow: OrganizationRow | undefined,
): string {
  return invitationKeys.invitations(organization, ID.lastDigit(address) % shardsIn(organizationRow));
}

/**
 * Returns all lists that an organization's invitations may be in. The row must be current: an outdated number of shards
 * misses rows.
 */
export const listsIn = (organization: Organization, organizationRow: OrganizationRow | undefined): List<AddressRow>[] =>
  // threat: a divided list is read in its first part alone
  Array.from({ length: shardsIn(organizationRow) }, (_, part) => invitationKeys.invitations(organization, part));

/** The same with a row read now. */
export async function readListsIn(organization: Organization): Promise<List<AddressRow>[]> {
  return listsIn(organization, await table.get(organizationKeys.organization(organization)));
}

export const shardsIn = (organizationRow: OrganizationRow | undefined): number => organizationRow?.shards ?? 1;
