import { may } from "#features/rights/permissions.ts";
import type { Role } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";

/** Returns whether this role can do anything about other members. */
export function mayManageMembers(viewer: Role) {
  return may(viewer, "member.changeRole") || may(viewer, "member.remove");
}

/** Returns the columns of the list; managers also have check boxes, activity and actions. */
export function columnsFor(viewer: Role) {
  return cn(
    "grid items-center gap-x-4 px-4 max-sm:gap-x-3 sm:px-5",
    mayManageMembers(viewer)
      ? "grid-cols-[16px_minmax(0,1fr)_84px_32px] md:grid-cols-[16px_minmax(0,1fr)_112px_112px_112px_32px]"
      : "grid-cols-[minmax(0,1fr)_84px] md:grid-cols-[minmax(0,1fr)_112px_112px]",
  );
}
