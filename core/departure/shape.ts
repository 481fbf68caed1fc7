/** Reasons that a member's devices, or one device, get nothing more. */
export const reasons = ["removed", "left", "revoked", "token_reused"] as const;
export type Reason = (typeof reasons)[number];
