import { daySeconds } from "../base/duration.ts";

/** A deleted organization can be restored for so long, and is purged then. */
export const restorableDays = 30;
/** Each organization may send its daily invitations, so who creates many could send many. */
export const createdPerAccount = { quota: 50, windowSeconds: daySeconds };
export const pageSize = 100;
