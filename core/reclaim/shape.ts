/**
 * Kinds of unused seats: of members without a request for long, and of invitations that nobody has accepted for long.
 */
export const unusedKinds = ["members", "invitations"] as const;
export type UnusedKind = (typeof unusedKinds)[number];

/**
 * The states of a reclaim: `canceled` by somebody, `stopped` because its author may no longer remove members, or the
 * organization is not active.
 */
export const reclaimStates = ["running", "done", "canceled", "stopped"] as const;
