import { counter } from "../table/key-text.ts";
import type { Key } from "../table/table.ts";
import type { CountRow } from "./row.ts";

export const limitKeys = {
  /** Counters of one limit. Expires after 2 windows. */
  limit: (name: string, who: string, window: number): Key<CountRow> => counter(name, who, window),
};
