import type * as ID from "../base/id.ts";
import { type Owner, position } from "../table/key-text.ts";
import type { Key, Range } from "../table/table.ts";
import type { DayRow, EventRow, LoggedRow, StatsRow } from "./row.ts";

export const auditKeys = {
  /** The head of the log, and numbers for display. */
  stats: (owner: Owner): Key<StatsRow> => ({ pk: owner, sk: "#stats" }),
  /** An event that just happened. Streamed to the log. */
  event: (owner: Owner, event: ID.ID<"event">): Key<EventRow> => ({ pk: `${owner}#out`, sk: event }),
  outbox: (owner: Owner): Range<EventRow> => ({ pk: `${owner}#out` }),
  /** The event, chained. Streamed to the log. */
  logged: (owner: Owner, seq: number): Key<LoggedRow> => ({ pk: `${owner}#log`, sk: position(seq) }),
  log: (owner: Owner): Range<LoggedRow> => ({ pk: `${owner}#log` }),
  /** Where a day begins in the log. */
  day: (owner: Owner, date: string): Key<DayRow> => ({ pk: `${owner}#log`, sk: `day#${date}` }),
};
