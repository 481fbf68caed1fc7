import { hourSeconds } from "../base/duration.ts";

/** Seconds between requests of a device that does not wait for changes. */
export const pollSeconds = hourSeconds;
/** By how much of it devices differ, so that they do not ask all at once. */
export const pollJitter = 0.2;
/** Seconds that one request may wait for a change. API Gateway ends it after 30 seconds. */
export const maxWaitSeconds = 25;
/** Time between looks of a waiting request. */
export const lookMs = 1_000;
/** Each so many looks are due to be at the device and its member, too: these are different rows for each request. */
export const looksForOwn = 4;
/** Of the devices that one process tells of a change at one moment, so many report in a second. */
export const wokenPerSecond = 100;
/** So many requests look at their own rows in one look, where more of them wait. */
export const ownLooksAtOnce = 500;
/** The lifetime of an answer, in half of which a client wants another signature. */
export const answerHours = 24;
/** For so many days at least devices trust a key that is not the current one. Links of devices live as long. */
export const replacedKeyDays = 90;
/** The end of such a key moves by so many days at once. */
export const replacedKeyPeriodDays = 30;
export const maxReceipts = 50;
/** Characters of a receipt. */
export const maxReceiptLength = 4_000;
export const maxMessageLength = 300;
