import { daySeconds } from "../base/duration.ts";
import { instant } from "../kernel/ports.ts";
import { above, all, equal, lacks } from "../table/table.ts";
import { restorableDays } from "./limits.ts";
import type { OrganizationRow } from "./row.ts";

// An organization that was deleted lies hidden for a while, and then is purged. Of restoring it and purging it, one happens.

const restorableSeconds = restorableDays * daySeconds;

/** Deleted up to this instant, an organization may not be restored any more. */
export const overdue = (): string => instant(-restorableSeconds);

/** The first instant at which an organization that was deleted then cannot be restored. */
export const restorableUntil = (deletedAt: string): string =>
  new Date(Date.parse(deletedAt) + restorableSeconds * 1000).toISOString();

export const isRestorable = (home: OrganizationRow): boolean =>
  home.state === "deleted" &&
  home.purgingAt === undefined &&
  home.deletedAt !== undefined &&
  home.deletedAt > overdue();

/** The same as a guard. */
export const restorable = () => all(equal("state", "deleted"), lacks("purgingAt"), above("deletedAt", overdue()));
