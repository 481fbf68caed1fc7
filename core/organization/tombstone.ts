import { instant } from "../kernel/ports.ts";
import { above, all, type Condition, equal, type Item, lacks } from "../table/table.ts";

// An organization that was deleted lies hidden for a while, and then is purged. Of restoring it and purging it, one happens.

export const keptDays = 30;
const keptSeconds = keptDays * 86_400;

/** Deleted up to this instant, an organization may not be restored any more. */
export const overdue = (): string => instant(-keptSeconds);

/** The first instant at which an organization that was deleted then cannot be restored. */
export const restorableUntil = ({ deletedAt }: Item): string =>
  new Date(Date.parse(String(deletedAt)) + keptSeconds * 1000).toISOString();

export const isRestorable = (home: Item): boolean =>
  home.state === "deleted" &&
  home.purgingAt === undefined &&
  typeof home.deletedAt === "string" &&
  home.deletedAt > overdue();

/** The same as a guard. */
export const restorable = (): Condition =>
  all(equal("state", "deleted"), lacks("purgingAt"), above("deletedAt", overdue()));
