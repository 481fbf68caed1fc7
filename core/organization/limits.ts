import { dayMs, daySeconds } from "../base/duration.ts";

/** A deleted organization can be restored for so long, and is purged then. */
export const restorableDays = 30;
/** Each organization may send its daily invitations, so who creates many could send many. */
export const createdPerAccount = { quota: 50, windowSeconds: daySeconds };
export const pageSize = 100;

/** Returns the first instant at which an organization that was deleted then cannot be restored. */
export const restorableUntil = (deletedAt: string): string =>
  new Date(Date.parse(deletedAt) + restorableDays * dayMs).toISOString();
