import { maxSeats } from "@muster/core/billing/limits.ts";
import type { Billing } from "#lib/billing.ts";

type Known = Pick<Billing, "seats" | "trialSeats">;

/** Returns how many seats are missing until so many more people have one. */
export function shortOf(needed: number, { seats }: Pick<Known, "seats">) {
  return Math.max(0, needed + seats.committed - seats.capacity);
}

/** Returns the seats to pay for so that nothing is missing, and whether a subscription can have them. */
export function ordered(needed: number, billing: Known) {
  const seats = (billing.seats.paid ?? 0) + shortOf(needed, billing);
  return { seats, most: billing.trialSeats ?? maxSeats };
}
