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
  // threat: codes have no limit per network, so mailboxes are flooded
  quota: requestLimits.codesPerNetwork.value,
  windowSeconds: hourSeconds,
} as const;
export const codesPerWideNetwork = {
  name: "codesPerWideNetwork",
  quota: requestLimits.codesPerWideNetwork.value,
  windowSeconds: hourSeconds,
} as const;
export const codesPerAddress = [
  // threat: codes have no limit per address, so a mailbox is flooded
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
