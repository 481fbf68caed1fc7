/** Of linked devices, in the order of the bar. */
export const linkedStatuses = ["in_force", "waiting", "behind", "refused", "unreachable"] as const;
export const endedStatuses = ["wiping", "wiped"] as const;
