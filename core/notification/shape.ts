/** The kinds of notifications. */
export const kinds = [
  "organization.created",
  "organization.deleted",
  "organization.restored",
  "invitation.accepted",
  "invitation.requested",
  "member.role_changed",
  "member.reinstated",
  "member.removed",
  "member.transferred",
  "organization.owners_changed",
  "billing.past_due",
  "billing.over_limit",
  "billing.ending",
  "billing.canceled",
  "billing.read_only",
  "billing.trial_ending",
] as const;
export type Kind = (typeof kinds)[number];
