/** Counters of one limit: one attribute per window, named by its length in seconds and its number. */
export type CountRow = { pk: string; sk: string; ttl?: number; [window: Counter]: number };
export type Counter = `w${number}_${number}`;
/** Until when each of two places is taken, in ms since 1970. */
export type PlacesRow = { pk: string; sk: string; ttl?: number; first?: number; second?: number };
