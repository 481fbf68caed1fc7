import { daySeconds } from "../base/duration.ts";
import { instant } from "../kernel/ports.ts";
import { above, all, equal, lacks } from "../table/table.ts";
import { restorableDays } from "./limits.ts";
import type { OrganizationRow } from "./row.ts";

// A deleted organization stays hidden for a while, and then is purged. It is either restored or purged, never both.

const restorableSeconds = restorableDays * daySeconds;

/** Returns the instant before which a deleted organization can no longer be restored. */
export const overdue = (): string => instant(-restorableSeconds);

export const isRestorable = (organizationRow: OrganizationRow): boolean =>
  organizationRow.state === "deleted" &&
  organizationRow.purgingAt === undefined &&
  organizationRow.deletedAt !== undefined &&
  organizationRow.deletedAt > overdue();

// threat: a deleted organization can be restored forever
// threat: an organization that is being purged is restored
/** The same as a guard. */
export const restorable = () => all(equal("state", "deleted"), lacks("purgingAt"), above("deletedAt", overdue()));
