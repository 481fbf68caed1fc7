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
  "domain.record_lost",
  "domain.expired",
  "domain.join_changed",
  "rollout.refused",
  "rollout.silent",
  "secret.created",
  "secret.replaced",
  "secret.renamed",
  "secret.enabled",
  "secret.disabled",
  "secret.restricted",
  "secret.deleted",
  "departure.recorded",
  "update.mentioned",
  "update.commented",
  "comment.mentioned",
] as const;
export type Kind = (typeof kinds)[number];

/** Kinds about an update: its text is read when the notification is shown. */
export const updateKinds = ["update.mentioned", "update.commented", "comment.mentioned"] as const satisfies Kind[];
export const mentionKinds = ["update.mentioned", "comment.mentioned"] as const satisfies Kind[];
export type UpdateKind = (typeof updateKinds)[number];

export type SecretKind = Extract<Kind, `secret.${string}`>;
/** What follows the name of the person who changed an API key, before the name of the organization. */
export const secretVerbs: Record<SecretKind, string> = {
  "secret.created": "added an API key to",
  "secret.replaced": "replaced an API key of",
  "secret.renamed": "renamed an API key of",
  "secret.enabled": "enabled an API key of",
  "secret.disabled": "disabled an API key of",
  "secret.restricted": "changed which teams can use an API key of",
  "secret.deleted": "deleted an API key of",
};
