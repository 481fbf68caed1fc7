import { sha256 } from "../base/hash.ts";
import type * as ID from "../base/id.ts";
import type { RequestRow, WatermarkRow } from "../base/row.ts";
import type { Key } from "../table/table.ts";

type Account = ID.ID<"account">;

export const kernelKeys = {
  /** What a request was answered. Expires after 24 hours. */
  request: (account: Account, name: string): Key<RequestRow> => ({ pk: account, sk: `idem#${sha256(name)}` }),
  /** The same for a network without a session. */
  publicRequest: (network: string, name: string): Key<RequestRow> => ({
    pk: `idem#${sha256(network)}`,
    sk: `idem#${sha256(name)}`,
  }),
  /** The schedule's progress. */
  watermark: (name: string): Key<WatermarkRow> => ({ pk: "#clock", sk: name }),
};
