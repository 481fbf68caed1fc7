import { unchangedDays } from "@muster/core/billing/limits.ts";
import { seatLimitText } from "#features/seats/text.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type Automatic = NonNullable<Billing["automaticSeats"]>;
type Stopped = NonNullable<Automatic["stopped"]>;

const reasons: Record<Stopped["reason"], string> = {
  waiting: "their payment is open",
  refused: "the payment was declined, or needs your confirmation",
  unpaid: "they were not paid in time",
  often: "seats had been changed too often that day",
  unknown: "something went wrong",
};

/** Says why the last seats that were needed were not added, and what happens next. */
export function stoppedText(stopped: Stopped, date: (at: string) => string, absolute: typeof date) {
  const { at, reason, until, isOfRequests } = stopped;
  const what = isOfRequests ? "were requested" : "were needed";
  const none = isOfRequests ? "no other requests are approved automatically" : "none are added";
  const nexts: Partial<Record<Stopped["reason"], string>> = {
    // Stripe makes no other change before
    waiting: "None are added until it is paid, or Stripe drops the change within a day.",
    often: `Until ${absolute(until)}, none are added.`,
  };
  const next = `Until ${absolute(until)}, ${none}, unless another payment method is chosen, or a change of seats is paid.`;
  return `Seats that ${what} on ${date(at)} could not be added: ${reasons[reason]}. ${nexts[reason] ?? next}`;
}

/** The effect of the limit on requests of members. */
export const requestsText =
  "Every member can request seats. Requests within the limit are approved automatically and charged, and owners are notified.";

/** A change that has begun is not stopped by turning it off. */
export function begunText({ change, automaticSeats }: Pick<Billing, "change" | "automaticSeats">): string | undefined {
  // an invoice that is sent charges nothing by itself
  if (!change || change.to <= change.from || change.dueAt !== undefined) return;
  const after = automaticSeats ? ", also after this is turned off" : "";
  return `A change to ${plural(change.to, "seat")} has begun. It can still be charged${after}.`;
}

/** Says how many more can be added, or why none can. */
export function limitText(on: Automatic, billing: Billing): string {
  const { limit, room } = on;
  const { seats, cancelAt, billingStatus } = billing;
  const { paid = 0, minimum } = seats;
  if (cancelAt !== undefined) return "None are added, because the subscription is set to end. Then this is off.";
  if (billingStatus === "past_due") return "None are added while a payment is due.";
  if (isStopped(on)) return "None are added right now.";
  if (isAdding(billing)) {
    return `${plural(addedNow(billing, on), "more seat is", "more seats are")} needed, and added in the background.`;
  }
  if (paid + room < minimum) return "More seats are in use than can be added. Raise the limit, or buy seats.";
  if (room > 0) return `${plural(room, "more seat")} can be added.`;
  if (paid >= limit) return "The limit is reached. Raise it to have more added.";
  return billingStatus === "trialing" ? "A trial has no more seats." : seatLimitText(billing.maxSeats);
}

/** Says what a limit means for the seats that are paid now. */
export function limitNote(limit: number, paid: number): string {
  if (limit > paid) return `You pay for ${plural(paid, "seat")} now, so up to ${limit - paid} more can be added.`;
  return limit === paid
    ? "None are added beyond those that you pay for now."
    : `You pay for ${plural(paid, "seat")} now. They stay until the period ends.`;
}

type Asked = Pick<Billing, "seats" | "billingStatus" | "maxSeats" | "trialSeats">;

/** Returns how many seats are added as soon as it is set so. */
export function addedNow(
  { seats, billingStatus, maxSeats, trialSeats = maxSeats }: Asked,
  { limit, spare }: { limit: number; spare: number },
): number {
  const { paid = 0, granted = 0, committed, minimum } = seats;
  const most = Math.min(limit, billingStatus === "trialing" ? trialSeats : maxSeats);
  // as long as those in use do not fit, none are added
  return most < minimum ? 0 : Math.max(0, Math.min(most, committed - granted + spare) - paid);
}

/** Returns whether seats are missing that a job is about to add. */
export function isAdding(billing: Billing): boolean {
  const { automaticSeats: on, cancelAt, billingStatus, change, processing } = billing;
  const isHeldUp =
    cancelAt !== undefined || billingStatus === "past_due" || change !== undefined || processing !== undefined;
  return on !== undefined && !isHeldUp && !isStopped(on) && on.room > 0 && addedNow(billing, on) > 0;
}

/** A request that was not paid stops requests only. */
const isStopped = ({ stopped }: Automatic) => stopped !== undefined && !stopped.isOfRequests;

type Foreseen = { on: string; next: number; price: string | undefined };

/** Says with how many seats the next period begins, if nothing changes until then. */
export function foreseenText({ on, next, price }: Foreseen, { seats: { paid = 0 } }: Billing): string {
  const cost = price === undefined ? "" : `: ${price} before discounts, credit, and taxes`;
  return next < paid
    ? `As it is now, ${plural(paid - next, "unused seat is", "unused seats are")} removed the day before the renewal on ${on}, and ${plural(next, "seat is", "seats are")} renewed${cost}. If someone changes or requests seats in the last ${unchangedDays} days, they stay for another period.`
    : `As it is now, ${plural(next, "seat is", "seats are")} renewed on ${on}${cost}.`;
}

/** Says what follows if somebody keeps fewer free seats than are kept automatically. */
export function addedAgainText(billing: Billing, wanted: number): string | undefined {
  const on = billing.automaticSeats;
  if (!on || isStopped(on) || billing.cancelAt !== undefined || wanted >= (billing.seats.paid ?? 0)) return;
  const after = { ...billing.seats, paid: wanted };
  const again = addedNow({ ...billing, seats: after }, on);
  return again > 0
    ? `Automatic seats keep ${on.spare} free: ${plural(again, "seat is", "seats are")} added again and charged.`
    : undefined;
}
