import type { Billing } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import { seatLimitText } from "./text.ts";

type Known = Pick<Billing, "seats" | "plan" | "change">;
type Order = { seats: number; plan: Billing["plan"] };

/**
 * Follows the order that this page confirmed until it ends, which it reports once. Changes of others end nothing here:
 * nobody is invited because somebody else paid.
 */
export function followOrder() {
  let order: Order | undefined;
  let wasSeen = false;
  return {
    confirm: (confirmed: Order) => {
      order = confirmed;
      wasSeen = false;
    },
    /** Compares the order with billing as it is now; returns how the order ended, if it just did. */
    look: ({ seats, plan, change }: Known) => {
      // threat: people are invited without a click when somebody else's payment arrives
      if (order === undefined) {
        return undefined;
      }
      if (change !== undefined) {
        // threat: another change of seats counts as the order that was lost
        wasSeen ||= change.to === order.seats;
        return undefined;
      }
      // threat: a payment that succeeded is called unpaid because the seats are taken
      // threat: a change of plan alone counts as the order
      const isMade = seats.paid === order.seats && plan === order.plan;
      // after a lost answer, the order may still be on its way
      // threat: an order whose answer was lost is called unpaid while it is on its way
      if (!isMade && !wasSeen) {
        return undefined;
      }
      // threat: the action that needed the seats is done twice
      order = undefined;
      return isMade ? "made" : "dropped";
    },
  };
}

type KnownSeats = Pick<Billing, "seats" | "trialSeats" | "maxSeats">;

/** Returns how many seats are missing until so many more people have one. */
export function shortOf(needed: number, { seats }: Pick<KnownSeats, "seats">) {
  // threat: seats that became available while a price was shown are bought again
  return Math.max(0, needed + seats.committed - seats.capacity);
}

/** Returns the seats to pay for so that nothing is missing, and whether a subscription can have them. */
export function ordered(needed: number, billing: KnownSeats) {
  // threat: granted seats are paid for when missing ones are added
  const seats = (billing.seats.paid ?? 0) + shortOf(needed, billing);
  // threat: a trial is offered more seats than it may have
  return { seats, most: billing.trialSeats ?? billing.maxSeats };
}

/** Says why a subscription cannot have so many seats. */
export function limitText(most: number, { trialSeats }: Pick<KnownSeats, "trialSeats">) {
  // threat: a limit of all subscriptions is called one of the trial
  return trialSeats === undefined
    ? seatLimitText(most)
    : `A trial has at most ${plural(most, "seat")}. You can add more when it has ended.`;
}
