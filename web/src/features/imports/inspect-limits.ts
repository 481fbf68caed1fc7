export const rangeBytes = 4 * 1024 * 1024;
export const maxSample = 100;
export const maxFindings = 200;
/** The number of addresses that are checked for duplicates. A browser easily keeps so many in memory. */
export const maxCompared = 250_000;
