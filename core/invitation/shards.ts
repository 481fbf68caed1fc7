import * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { Keys, Lists } from "../table/keys.ts";
import type { List } from "../table/table.ts";
import type { AddressRow } from "./row.ts";

/**
 * An organization's list of invitations is one partition of the index, which takes 1,000 writes a second. Before a large
 * import it is divided into 16. Only where a row is listed depends on their number, never what its key is or what is
 * decided; who divides moves nothing, and the first part is always read.
 */
export const maxShards = 16;
/** An import of more rows than this divides the list. */
export const rowsPerShard = 10_000;

type Organization = ID.ID<"organization">;

/** The list that an address is put into. `home` is the organization's row; without it, the first. */
export function listFor(
  organization: Organization,
  address: ID.ID<"address">,
  home: OrganizationRow | undefined,
): string {
  return Lists.invitations(organization, ID.lastDigit(address) % shardsIn(home));
}

/** All lists that an organization's invitations may be in. The row must be fresh: who knows too few parts misses rows. */
export const listsIn = (organization: Organization, home: OrganizationRow | undefined): List<AddressRow>[] =>
  Array.from({ length: shardsIn(home) }, (_, part) => Lists.invitations(organization, part));

/** The same, read now. */
export async function readListsIn(organization: Organization): Promise<List<AddressRow>[]> {
  return listsIn(organization, await table.get(Keys.organization(organization)));
}

export const shardsIn = (home: OrganizationRow | undefined): number => home?.shards ?? 1;
