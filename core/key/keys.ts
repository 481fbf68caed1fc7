import type * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { DataKeyRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const wrappedKeys = {
  /** A data key, wrapped: in the table of data keys, which has no stream and backups of one day. */
  dataKey: (organization: Organization, dataKey: ID.ID<"dataKey">): Key<DataKeyRow> => ({
    pk: organization,
    sk: dataKey,
    table: "keys",
  }),
  dataKeys: (organization: Organization): Range<DataKeyRow> => ({ pk: organization, table: "keys" }),
};
