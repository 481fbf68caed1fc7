import { dayMs } from "../base/duration.ts";

/** A deleted organization can be restored for so long, and is purged then. */
export const restorableDays = 30;
export const pageSize = 100;

/** Returns the first instant at which an organization that was deleted then cannot be restored. */
export const restorableUntil = (deletedAt: string): string =>
  new Date(Date.parse(deletedAt) + restorableDays * dayMs).toISOString();
