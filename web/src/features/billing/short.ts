import { maxSeats } from "@muster/core/billing/limits.ts";
import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type Known = Pick<Billing, "seats" | "trialSeats">;

/** Returns how many seats are missing until so many more people have one. */
export function shortOf(needed: number, { seats }: Pick<Known, "seats">) {
  // threat: seats that became available while a price was shown are bought again
  return Math.max(0, needed + seats.committed - seats.capacity);
}

/** Returns the seats to pay for so that nothing is missing, and whether a subscription can have them. */
export function ordered(needed: number, billing: Known) {
  // threat: granted seats are paid for when missing ones are added
  const seats = (billing.seats.paid ?? 0) + shortOf(needed, billing);
  // threat: a trial is offered more seats than it may have
  return { seats, most: billing.trialSeats ?? maxSeats };
}

/** Says why a subscription cannot have so many seats. */
export function limitText(most: number, { trialSeats }: Pick<Known, "trialSeats">) {
  // threat: a limit of all subscriptions is called one of the trial
  return trialSeats === undefined
    ? `A subscription has at most ${plural(most, "seat")}. The operator of this service can grant more.`
    : `A trial has at most ${plural(most, "seat")}. You can add more when it has ended.`;
}
