/** The kinds of notifications. */
export const kinds = [
  "organization.created",
  "organization.deleted",
  "organization.restored",
  "organization.mails_paused",
  "organization.mails_resumed",
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
  "billing.automatic_seats_stopped",
  "billing.duplicate_paid",
  "billing.duplicate_refunded",
  "seats.requested",
  "seats.approved",
  "seats.declined",
  "seats.reclaimed",
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
  "update.deleted",
  "comment.deleted",
  "update.reported",
  "update.report_deleted",
  "update.report_dismissed",
] as const;
export type Kind = (typeof kinds)[number];

/** Kinds about an update: its text is read when the notification is shown. */
export const updateKinds = ["update.mentioned", "update.commented", "comment.mentioned"] as const satisfies Kind[];
export const mentionKinds = ["update.mentioned", "comment.mentioned"] as const satisfies Kind[];
/** Kinds about what somebody else deleted. They name nothing of it. */
export type DeletedKind = Extract<Kind, "update.deleted" | "comment.deleted">;
/** Kinds about a report: to owners and admins, and to those who reported it. */
export type ReportKind = Extract<Kind, `update.report${string}`>;
export const isReport = (kind: Kind): kind is ReportKind => kind.startsWith("update.report");
export type UpdateKind = (typeof updateKinds)[number];

/** How somebody is notified: in the product and by email, at once or once a day; in the product only, or not at all. */
export const ways = ["email", "digest", "product", "off"] as const;
export type Way = (typeof ways)[number];
/** What a member can be notified of in another way. */
export const groups = ["mentions", "comments", "invitations", "seats", "rollouts"] as const;
export type Group = (typeof groups)[number];

const groupsByKind: { readonly [K in Kind]?: Group } = {
  "update.mentioned": "mentions",
  "comment.mentioned": "mentions",
  "update.commented": "comments",
  "invitation.accepted": "invitations",
  "invitation.requested": "invitations",
  "seats.requested": "seats",
  "seats.approved": "seats",
  "seats.declined": "seats",
  "seats.reclaimed": "seats",
  "rollout.refused": "rollouts",
  "rollout.silent": "rollouts",
};
/** Returns the group of a kind; nothing for what nobody can turn off. */
export const groupOf = (kind: Kind): Group | undefined => groupsByKind[kind];

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
