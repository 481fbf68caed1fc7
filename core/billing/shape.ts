import * as v from "valibot";

/** The most that Stripe sells at once. */
export const mostSeats = 999_999;

export const Seats = v.pipe(
  v.number(),
  v.integer("Expected whole seats."),
  v.minValue(1, "An organization has at least one seat."),
  v.maxValue(mostSeats, `At most ${mostSeats} seats.`),
);
