import type * as ID from "../base/id.ts";
import type { Key } from "../table/table.ts";
import type { ReclaimRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const reclaimKeys = {
  /** The last reclaim of unused seats. */
  reclaim: (organization: Organization): Key<ReclaimRow> => ({ pk: organization, sk: "#reclaim" }),
};
