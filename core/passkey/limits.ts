/** Passkeys of an account. */
export const maxPasskeys = 20;
/** A browser answers a challenge within so many minutes. */
export const challengeMinutes = 5;
