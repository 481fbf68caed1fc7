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
  "member.secured",
  "member.transferred",
  "organization.owners_changed",
  "billing.past_due",
  "billing.over_limit",
  "billing.ending",
  "billing.canceled",
  "billing.read_only",
  "billing.trial_ending",
  "billing.card_expiring",
  "billing.automatic_seats_stopped",
  "billing.duplicate_paid",
  "billing.duplicate_refunded",
  "billing.payment_disputed",
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
/** Returns whether it is about a report: to owners and admins, and to those who reported it. */
export const isReport = (kind: Kind): boolean => kind.startsWith("update.report");

/** Ways to be notified: in the product and by email, at once or once a day; in the product only, or not at all. */
export const ways = ["email", "digest", "product", "off"] as const;
export type Way = (typeof ways)[number];
/** Groups of notifications that a member can get in another way. */
export const groups = ["mentions", "comments", "invitations", "seats", "rollouts"] as const;
export type Group = (typeof groups)[number];
