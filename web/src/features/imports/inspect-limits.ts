export const rangeBytes = 4 * 1024 * 1024;
export const maxSample = 100;
export const maxFindings = 200;
/** How many addresses are checked for duplicates: what a browser easily keeps in memory. */
export const maxCompared = 250_000;
