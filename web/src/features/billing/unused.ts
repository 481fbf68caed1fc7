import { dayMs } from "@muster/core/base/duration.ts";
import { unchangedDays } from "@muster/core/billing/limits.ts";
import { minimumOf, type Sold } from "#features/seats/text.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import type { Reclaim, Since } from "#lib/reclaim.ts";

/** Days without a request after which a seat counts as unused, and days after an invitation's last email. */
export const idleDays = ["30", "60", "90"] as const;
export type IdleDays = (typeof idleDays)[number];
export const heldDays = ["7", "14", "off"] as const;
export type HeldDays = (typeof heldDays)[number];
export type ChosenSeats = "reduce" | "keep";

/** Returns the day and the instant that are so many days before now. */
export const sinceOf = (days: IdleDays, held: HeldDays, now: number): Since => ({
  inactiveSince: new Date(now - Number(days) * dayMs).toISOString().slice(0, 10),
  sentUntil: held === "off" ? undefined : new Date(now - Number(held) * dayMs).toISOString(),
});

type Counted = { paid?: number | undefined; granted?: number | undefined; committed: number };

/** Returns how many of so many seats a subscription can drop. Granted ones are not paid for, and one seat stays. */
export function droppableOf(count: number, { paid = 0, granted, committed }: Counted) {
  // threat: granted seats are shown as money to save
  // threat: more seats are shown as droppable than are unused
  return Math.max(0, Math.min(count, paid - minimumOf({ committed: committed - count, granted })));
}

/** Returns about what seats cost from now until the period ends, as Stripe credits it: by the second. */
export function creditOf({ price }: Pick<Sold, "price">, seats: number, periodEnd: string, now: number) {
  const end = new Date(periodEnd);
  const start = new Date(end);
  start.setUTCMonth(end.getUTCMonth() - price.months);
  // the month before may be too short for this day
  if (start.getUTCDate() !== end.getUTCDate()) start.setUTCDate(0);
  const share = (end.getTime() - now) / (end.getTime() - start.getTime());
  return Math.round(price.amount * seats * Math.min(1, Math.max(0, share)));
}

/** Returns who of those that were found is left out. The others may be found again with other days. */
export const leftOutOf = (found: readonly { id: string }[], except: ReadonlySet<string>) =>
  found.flatMap(({ id }) => (except.has(id) ? [id] : []));

/** "12 members are removed and 3 invitations are revoked", of those that there are. */
export function peopleText(members: number, invitations: number, [one, many] = ["is", "are"]) {
  const removed = plural(members, `member ${one}`, `members ${many}`);
  const revoked = plural(invitations, `invitation ${one}`, `invitations ${many}`);
  if (invitations === 0) return `${removed} removed`;
  return members === 0 ? `${revoked} revoked` : `${removed} removed and ${revoked} revoked`;
}

/** Says how a reclaim has ended. */
export function endText({ state, removed, revoked, seats, failure, reason }: Ended) {
  const isNothing = removed + revoked === 0;
  const done = isNothing ? "Nobody was removed" : peopleText(removed, revoked, ["was", "were"]);
  const why = isNothing && state === "done" ? ": none of these seats was unused anymore" : "";
  return [
    `${done}${why}.`,
    state === "canceled" && "Then it was stopped, and the subscription stayed as it was.",
    state === "stopped" &&
      "It stopped: its author may no longer remove members here, or the organization was suspended.",
    seats !== undefined && `The subscription was reduced to ${plural(seats, "seat")}.`,
    failure !== undefined && "The subscription still has its seats.",
    reason,
  ]
    .filter(Boolean)
    .join(" ");
}

type Ended = Pick<Reclaim, "state" | "removed" | "revoked" | "seats" | "failure" | "reason">;
type Subscribed = Pick<Billing, "billingStatus" | "cancelAt" | "periodEnd">;

/** Says what a reclaim does to the subscription. A trial has nothing to credit, and an ending one no next invoice. */
export function reducedText({ billingStatus, cancelAt }: Subscribed, seats: number) {
  const isCredited = billingStatus !== "trialing" && cancelAt === undefined;
  const credit = isCredited ? ", and Stripe credits the rest of the period to the next invoice" : "";
  return `Then the subscription has up to ${plural(seats, "seat")} fewer${credit}.`;
}

/** The same where the subscription keeps its seats. */
export function keptText({ automaticSeats, cancelAt }: Pick<Billing, "automaticSeats" | "cancelAt">) {
  return automaticSeats && cancelAt === undefined
    ? `The seats of the subscription stay for others. Automatic seats remove all unused ones but ${automaticSeats.spare} the day before the renewal, unless someone has changed or requested seats in the ${unchangedDays} days before.`
    : "The seats of the subscription stay, for others.";
}

/** Says from when fewer seats save money. */
export function savingText(billing: Subscribed, each: string, credit: string, date: (at: string) => string) {
  const { billingStatus, cancelAt, periodEnd } = billing;
  if (cancelAt !== undefined) {
    return `The subscription ends on ${date(cancelAt)}. Fewer seats save nothing until then.`;
  }
  const end = periodEnd === undefined ? "the next one" : date(periodEnd);
  if (billingStatus === "trialing") return `Fewer seats save ${each} from the end of the trial on, ${end}.`;
  return `Fewer seats save money from now on: the invoice of ${end} has ${each} less, and about ${credit} of credit for the days until then.`;
}
