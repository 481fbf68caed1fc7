import type * as ID from "../base/id.ts";
import type { Key, List } from "../table/table.ts";
import type { PurgedRow, PurgingRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const purgeKeys = {
  /** The progress of its purge. */
  purging: (organization: Organization): Key<PurgingRow> => ({ pk: organization, sk: "#purging" }),
  /** The amount of it that was purged, and the time. Expires after 400 days. */
  purged: (organization: Organization): Key<PurgedRow> => ({ pk: organization, sk: "#purged" }),
  /** Records of purged organizations: `at#org`. */
  purgedOrganizations: "orgs#purged" as List<PurgedRow>,
};
