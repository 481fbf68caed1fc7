import type * as ID from "../base/id.ts";
import type { Key, List, Range } from "../table/table.ts";
import type { AddressRow, DueRow } from "./row.ts";

type Address = ID.ID<"address">;
type Organization = ID.ID<"organization">;

export const invitationKeys = {
  /** An address in the organization: invited, a member, or a former member. Expires 90 days after it ended. */
  addressIn: (organization: Organization, address: Address): Key<AddressRow> => ({ pk: address, sk: organization }),
  organizationsInviting: (address: Address): Range<AddressRow> => ({ pk: address, prefix: "org_" }),
  /** Invitations that end in this hour. Expires 90 days later. */
  due: (hour: string, organization: Organization): Key<DueRow> => ({ pk: `due#${hour}`, sk: `${organization}#inv` }),
  dueIn: (hour: string): Range<DueRow> => ({ pk: `due#${hour}` }),
  /**
   * Addresses that are not members: pending ones by their end (`p#expiresAt#…`), ended ones (`e#endedAt#…`), and
   * former members (`f#leftAt#…`).
   * Most organizations use only the first of 16 shards.
   */
  invitations: (organization: Organization, part = 0): List<AddressRow> => `${organization}#inv#${part}`,
};
