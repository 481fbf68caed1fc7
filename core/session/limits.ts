import { daySeconds, hourSeconds, minuteSeconds } from "../base/duration.ts";
import { requestLimits } from "../limit/limits.ts";

/** A session ends after so many days, or after so many in which nobody used it. */
export const lifetimeDays = 30;
export const idleDays = 7;
/** A browser in which somebody signed in is known for so long. */
export const browserDays = 365;
export const codeMinutes = 10;
/** Entries of one code. */
export const maxAttempts = 5;
/** Of an address and of its network (/24, /48). An operator can set them. */
export const codesPerNetwork = {
  name: "codesPerNetwork",
  // threat: mail bombs: no limit of codes per network
  quota: requestLimits.codesPerNetwork.value,
  windowSeconds: hourSeconds,
} as const;
export const codesPerWideNetwork = {
  name: "codesPerWideNetwork",
  quota: requestLimits.codesPerWideNetwork.value,
  windowSeconds: hourSeconds,
} as const;
export const codesPerAddress = [
  // threat: mail bombs: no limit of codes per address
  { name: "codesPerBrowser", quota: requestLimits.codesPerBrowser.value, windowSeconds: 15 * minuteSeconds },
  { quota: 20, windowSeconds: daySeconds },
] as const;
export const attemptsPerNetwork = {
  name: "attemptsPerNetwork",
  // threat: guesses at many codes from one network
  quota: requestLimits.attemptsPerNetwork.value,
  windowSeconds: hourSeconds,
} as const;
export const pageSize = 100;
