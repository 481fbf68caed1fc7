import { dayMs } from "@muster/core/base/duration.ts";
import { restorableDays } from "@muster/core/organization/limits.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";

type Known = Pick<Organization, "seats" | "plan">;
type Clock = { now: number; date: (at: string) => string };
/** The rest of a paid period, such as $480.00. Without a sum, nothing is left. */
type Unused = { sum?: string; isCredited: boolean; isRefunded?: boolean };

/**
 * Returns what happens if an organization is deleted now, in sentences.
 * @param unused missing if it can't be read
 */
export function consequencesOf({ seats, plan }: Known, { now, date }: Clock, unused?: Unused) {
  const { used = 1, held = 0 } = seats ?? {};
  const until = date(new Date(now + restorableDays * dayMs).toISOString());
  const all = [
    `${losers(used)} lose access immediately.`,
    // threat: the dialog that deletes an organization does not mention its pending invitations
    held > 0 && `${plural(held, "pending invitation")} ${held === 1 ? "stops" : "stop"} working.`,
    // threat: the dialog that deletes an organization does not mention its subscription
    plan !== "free" && `${ending(unused)} Restoring the organization does not bring the subscription back.`,
    `An owner can restore the organization, with its members, for ${restorableDays} days, until ${until}. After that, everything in it is permanently deleted.`,
  ];
  return all.filter((sentence) => sentence !== false);
}

function ending(unused: Unused | undefined) {
  const canceled = "The subscription is canceled immediately";
  // threat: money that a deletion keeps is said to be lost because Stripe could not be read
  if (!unused) return `${canceled}. What is left of the paid period can’t be shown right now.`;
  const { sum, isCredited, isRefunded } = unused;
  if (sum === undefined) return `${canceled}.`;
  // threat: money that a deletion refunds is said to be lost
  if (isRefunded) return `${canceled}. The rest of the paid period, ${sum}, is refunded to where it was paid from.`;
  // threat: money that a deletion leaves is said to be kept where it is lost
  return isCredited
    ? `${canceled}. The rest of the paid period, ${sum}, is kept as credit: if the organization is restored and subscribes again, its invoices use it first.`
    : `${canceled}. The rest of the paid period, ${sum}, is not refunded.`;
}

function losers(used: number) {
  if (used === 1) return "You";
  return used === 2 ? "Both members" : `All ${plural(used, "member")}`;
}
