export const rangeBytes = 4 * 1024 * 1024;
export const maxSample = 100;
export const maxFindings = 200;
/** Addresses that are held against each other: what a browser keeps in memory without noticing. */
export const maxCompared = 250_000;
