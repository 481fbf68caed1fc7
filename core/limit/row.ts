/** Counters of one limit: one attribute per window, named by its length in seconds and its number. */
export type CountRow = { pk: string; sk: string; ttl?: number; [window: Counter]: number };
export type Counter = `w${number}_${number}`;
