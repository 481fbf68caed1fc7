import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type Automatic = NonNullable<Billing["automaticSeats"]>;
type Stopped = NonNullable<Automatic["stopped"]>;

const reasons: Record<Stopped["reason"], string> = {
  waiting: "their payment is open. Pay it, or choose another payment method",
  refused: "Stripe declined the payment",
  unpaid: "they were not paid in time",
  often: "Stripe allows no more changes of a subscription that day",
  unknown: "something went wrong",
};

/** Why the last seats that were needed were not added, and what happens next. */
export function stoppedText({ at, reason, until }: Stopped, date: (at: string) => string, absolute: typeof date) {
  const next =
    reason === "often"
      ? `Until ${absolute(until)}, none are added.`
      : `Until ${absolute(until)}, none are added, unless another payment method is chosen, or a change of seats is paid.`;
  return `Seats that were needed on ${date(at)} could not be added: ${reasons[reason]}. ${next}`;
}

/** How many more can be added, and why not if none can. */
export function limitText(on: Automatic, billing: Billing): string {
  const { limit, room, stopped } = on;
  const { seats, cancelAt, billingStatus } = billing;
  const { paid = 0 } = seats;
  if (cancelAt !== undefined) return "None are added, because the subscription is set to end. Then this is off.";
  if (billingStatus === "past_due") return "None are added while a payment is due.";
  if (stopped) return "None are added right now.";
  if (isAdding(billing)) return `${plural(addedNow(billing, on), "seat is", "seats are")} being added.`;
  if (room > 0) return `${plural(room, "more seat")} can be added.`;
  return paid >= limit ? "The limit is reached. Raise it to have more added." : "A trial has no more seats.";
}

/** What a limit means for the seats that are paid now. */
export function limitNote(limit: number, paid: number): string {
  if (limit > paid) return `You pay for ${plural(paid, "seat")} now, so up to ${limit - paid} more can be added.`;
  return limit === paid
    ? "None are added beyond those that you pay for now."
    : `You pay for ${plural(paid, "seat")} now. They stay until the period ends.`;
}

/** Returns how many seats are added as soon as it is set so. */
export function addedNow(
  { seats }: Pick<Billing, "seats">,
  { limit, spare }: { limit: number; spare: number },
): number {
  const { paid = 0, granted = 0, committed } = seats;
  return Math.max(0, Math.min(limit, committed - granted + spare) - paid);
}

/** Whether seats are missing that a job is about to add. */
export function isAdding(billing: Billing): boolean {
  const { automaticSeats: on, cancelAt, billingStatus, change, processing } = billing;
  const isHeldUp =
    cancelAt !== undefined || billingStatus === "past_due" || change !== undefined || processing !== undefined;
  return on !== undefined && !isHeldUp && !on.stopped && on.room > 0 && addedNow(billing, on) > 0;
}

type Foreseen = { on: string; next: number; price: string | undefined };

/** What the next period begins with, if nothing changes until then. */
export function foreseenText({ on, next, price }: Foreseen, { seats: { paid = 0 } }: Billing): string {
  const cost = price === undefined ? "" : `: ${price} before discounts, credit and taxes`;
  return next < paid
    ? `As it is now, ${plural(paid - next, "unused seat is", "unused seats are")} removed the day before the renewal on ${on}, and ${plural(next, "seat is", "seats are")} renewed${cost}. If someone changes seats in the last 7 days, they stay for another period.`
    : `As it is now, ${plural(next, "seat is", "seats are")} renewed on ${on}${cost}.`;
}

/** What follows if somebody keeps fewer free seats than are kept automatically. */
export function addedAgainText(billing: Billing, wanted: number): string | undefined {
  const on = billing.automaticSeats;
  if (!on || on.stopped || billing.cancelAt !== undefined || wanted >= (billing.seats.paid ?? 0)) return;
  const after = { ...billing.seats, paid: wanted };
  const again = addedNow({ seats: after }, on);
  return again > 0
    ? `Automatic seats keep ${on.spare} free: ${plural(again, "seat is", "seats are")} added again and charged.`
    : undefined;
}
