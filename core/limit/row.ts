/** Counters of one limit: one attribute for each of its windows. */
export type CountRow = Record<string, unknown>;
