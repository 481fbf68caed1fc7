/** Counters of one limit: one attribute per window. */
export type CountRow = Record<string, unknown>;
