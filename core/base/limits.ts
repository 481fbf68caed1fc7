/** A confirmed identity counts for so long. */
export const reauthenticationMinutes = 10;
/** The answer to a request with an idempotency key is kept for so long. */
export const idempotencyHours = 24;
/**
 * Minutes until a stored row that cannot be read whole is reported again. Its alarm looks back further, and so stays
 * on.
 */
export const faultMinutes = 5;
