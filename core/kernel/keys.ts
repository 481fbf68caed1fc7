import { sha256 } from "../base/hash.ts";
import type * as ID from "../base/id.ts";
import type { EventRow, LoggedRow, RequestRow, WatermarkRow } from "../base/row.ts";
import { type Owner, position } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";

type Account = ID.ID<"account">;

export const kernelKeys = {
  /** An event that just happened. Streamed to the log. */
  event: (owner: Owner, event: ID.ID<"event">): Key<EventRow> => ({ pk: `${owner}#out`, sk: event }),
  outbox: (owner: Owner): Range<EventRow> => ({ pk: `${owner}#out` }),
  /** The event, chained. Streamed to the log. */
  logged: (owner: Owner, seq: number): Key<LoggedRow> => ({ pk: `${owner}#log`, sk: position(seq) }),
  log: (owner: Owner): Range<LoggedRow> => ({ pk: `${owner}#log` }),
  /** Events in outboxes of accounts, and heads of their logs that may be unannounced: `at#acc`. */
  accountsBehind: "accounts#behind",
  /** The answer to a request. Expires after 24 hours. */
  request: (account: Account, name: string): Key<RequestRow> => ({ pk: account, sk: `idem#${sha256(name)}` }),
  /** The same for a network without a session. */
  publicRequest: (network: string, name: string): Key<RequestRow> => ({
    pk: `idem#${sha256(network)}`,
    sk: `idem#${sha256(name)}`,
  }),
  /** The schedule's progress. */
  watermark: (name: string): Key<WatermarkRow> => ({ pk: "#clock", sk: name }),
};
