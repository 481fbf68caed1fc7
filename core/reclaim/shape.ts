/** Whose seats are reclaimed: members without a request for long, or invitations that nobody has accepted for long. */
export const unusedKinds = ["members", "invitations"] as const;
export type UnusedKind = (typeof unusedKinds)[number];

/**
 * Where it stands: `canceled` by somebody, `stopped` because its author may no longer remove members, or the
 * organization is not active.
 */
export const reclaimStates = ["running", "done", "canceled", "stopped"] as const;
