import type { Owner } from "../table/key-text.ts";
import type { Key } from "../table/table.ts";
import type { DayRow, StatsRow } from "./row.ts";

export const auditKeys = {
  /** The head of the log, and numbers for display. */
  stats: (owner: Owner): Key<StatsRow> => ({ pk: owner, sk: "#stats" }),
  /** The beginning of a day in the log. */
  day: (owner: Owner, date: string): Key<DayRow> => ({ pk: `${owner}#log`, sk: `day#${date}` }),
};
