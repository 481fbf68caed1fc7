/** A confirmed identity counts for so long. */
export const reauthenticationMinutes = 10;
/** The answer to a request with an idempotency key is kept for so long. */
export const idempotencyHours = 24;
