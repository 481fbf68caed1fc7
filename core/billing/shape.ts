import * as v from "valibot";

/** The most that Stripe sells at once. */
export const mostSeats = 999_999;

/** How many seats. */
export const Seats = v.pipe(
  v.number(),
  v.integer("Expected whole seats."),
  v.minValue(1, "An organization has at least one seat."),
  v.maxValue(mostSeats, `At most ${mostSeats} seats.`),
);

/** How the payment of an organization stands, as events have it. */
export const Side = v.object({
  status: v.optional(v.string()),
  quantity: v.optional(v.number()),
  standing: v.string(),
  capacity: v.number(),
  /** When the subscription ends, where that is decided. */
  cancelAt: v.optional(v.string()),
  /** When the time of grace after it is over. */
  graceUntil: v.optional(v.string()),
});
export type Side = v.InferOutput<typeof Side>;
