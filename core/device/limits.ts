import { hourSeconds, minuteSeconds } from "../base/duration.ts";

/** A device that was not in contact for so many days has to be linked again. */
export const lifetimeDays = 90;
/** A token that is older gets a successor. */
export const rotationDays = 30;
/** How long a device code and its user code work. */
export const codeMinutes = 10;
/** How often a client may ask whether its device code was approved. */
export const intervalSeconds = 5;
/** By how much that grows each time that it asks too early. */
export const slowDownSeconds = 5;
export const maxDevicesPerMember = 50;
/** Receipts are kept for so long. */
export const receiptDays = 90;
export const pageSize = 100;
/** Device codes that one network may request. */
export const codesPerNetwork = { quota: 60, windowSeconds: hourSeconds };
/** Wrong user codes that an account may enter, and all accounts together. */
export const entriesPerAccount = { quota: 10, windowSeconds: 10 * minuteSeconds };
export const entriesPerDeployment = { quota: 2_000, windowSeconds: hourSeconds };
