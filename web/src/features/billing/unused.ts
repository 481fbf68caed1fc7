import { dayMs } from "@muster/core/base/duration.ts";
import { may } from "#features/organization/permissions.ts";
import type { Member } from "#lib/people.ts";
import { minimumOf } from "./text.ts";

/** Days without a request after which a seat counts as unused. */
export const idleDays = ["30", "60", "90"] as const;
export type IdleDays = (typeof idleDays)[number];

type Known = Pick<Member, "account" | "role" | "activeOn">;

/**
 * Returns the members whose last request is at least so many days ago, the longest ago first. What admins may not
 * remove, which is owners, is never among them, nor is the viewer.
 */
export function unusedOf<M extends Known>(
  members: readonly M[],
  days: IdleDays,
  viewer: string | undefined,
  now: number,
) {
  const last = new Date(now - Number(days) * dayMs).toISOString().slice(0, 10);
  return members
    .filter(({ account, role, activeOn }) => {
      return (
        may("admin", "member.remove", { role }) && account !== viewer && activeOn !== undefined && activeOn <= last
      );
    })
    .toSorted((one, other) => ((one.activeOn ?? "") < (other.activeOn ?? "") ? -1 : 1));
}

type Counted = { paid?: number | undefined; granted?: number | undefined; committed: number };

/** Returns how many of so many seats a subscription can drop. Granted ones are not paid for, and one seat stays. */
export function droppableOf(count: number, { paid = 0, granted, committed }: Counted) {
  return Math.max(0, Math.min(count, paid - minimumOf({ committed: committed - count, granted })));
}
