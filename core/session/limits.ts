import { daySeconds, hourSeconds, minuteSeconds } from "../base/duration.ts";

/** A session ends after so many days, or after so many in which nobody used it. */
export const lifetimeDays = 30;
export const idleDays = 7;
/** A browser in which somebody signed in is known for so long. */
export const browserDays = 365;
export const codeMinutes = 10;
/** Entries of one code. */
export const maxAttempts = 5;
/** Of an address and of its network (/24, /48): an office of 500 people has its first morning behind one address. */
export const codesPerNetwork = { quota: 600, windowSeconds: hourSeconds };
export const codesPerWideNetwork = { quota: 1500, windowSeconds: hourSeconds };
export const codesPerAddress = [
  { quota: 5, windowSeconds: 15 * minuteSeconds },
  { quota: 20, windowSeconds: daySeconds },
];
export const attemptsPerNetwork = { quota: 1500, windowSeconds: hourSeconds };
export const pageSize = 100;
