/** The ways to sign in. */
export const ways = ["code", "passkey"] as const;
export type Way = (typeof ways)[number];
