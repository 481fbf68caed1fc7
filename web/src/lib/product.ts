export const productName = "Muster";

/** Seats that a new organization has before it pays. */
export const freeSeats = 3;
