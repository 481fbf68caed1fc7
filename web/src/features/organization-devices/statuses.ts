/** Of linked devices, in the order of the bar. */
export const linkedStatuses = ["in_force", "waiting", "behind", "refused", "unreachable"] as const;
/** The number of linked devices. */
export const linkedIn = (statuses: Readonly<Record<(typeof linkedStatuses)[number], number>>): number =>
  linkedStatuses.reduce((sum, status) => sum + statuses[status], 0);
export const endedStatuses = ["expired", "wiping", "wiped"] as const;
