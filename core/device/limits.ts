import { daySeconds, hourSeconds, minuteSeconds } from "../base/duration.ts";

/** A device that was not in contact for so many days has to be linked again. */
export const lifetimeDays = 90;
/** Days without contact after which a device that does not follow counts as unreachable. */
export const unreachableDays = 3;
/** A token that is older gets a successor. */
export const rotationDays = 30;
/** Minutes that a device code and its user code work. */
export const codeMinutes = 10;
/** Seconds after which a client may ask again whether its device code was approved. */
export const intervalSeconds = 5;
/** By how much that grows each time that it asks too early. */
export const slowDownSeconds = 5;
/** Seconds in which a code that was exchanged gives its token again, in case the answer was lost. */
export const repeatSeconds = 60;
export const maxDevicesPerMember = 50;
/** Receipts are kept for so long. */
export const receiptDays = 90;
export const pageSize = 100;
/** Devices that a request examines which looks for some of them. */
export const maxExamined = 1_000;
export const exportedPerPart = 500;
export const receiptsPerPage = 50;
/** Revisions of which a device's row says since when they are in force. */
export const maxHistory = 8;
/** A summary of this many devices or fewer is counted for each request, which costs less than to keep it. */
export const alwaysCounted = 100;
/** A kept summary is shown for at least so long, and for a millisecond more with each device, up to the longest. */
export const summarySeconds = { least: 2, most: 60 };
/** Pages of a megabyte of devices that a summary reads: some 60,000 devices. */
export const summaryPages = 64;
/** Client versions, and refusals, that a summary names. */
export const maxListed = 50;
/** The spans of time, each in steps, the last of which is now. */
export const timelineSpans = {
  hour: { steps: 31, stepSeconds: 2 * minuteSeconds },
  day: { steps: 49, stepSeconds: 30 * minuteSeconds },
  week: { steps: 43, stepSeconds: 4 * hourSeconds },
  month: { steps: 31, stepSeconds: daySeconds },
} as const;
