/**
 * The status of the mail of an invitation or a notification. The mailer writes `unconfirmed` before it sends, so after
 * a crash the row says that the result is unknown, until the provider's event arrives or the mail is sent again. Events
 * arrive in any order: an earlier status in this list never replaces a later one.
 */
export const mailStates = [
  "queued",
  "unconfirmed",
  "sent",
  "delivered",
  "bounced",
  "complained",
  "suppressed",
  "failed",
] as const;
export type MailState = (typeof mailStates)[number];

// threat: a button to resend what has ended stays forever
/** Statuses of a mail that is not known to have left. It never will once its invitation has ended. */
export const notLeft = ["queued", "unconfirmed", "failed"] as const satisfies readonly MailState[];
export type NotLeft = (typeof notLeft)[number];

/** The status of a mail of an import, or that its invitation ended before it was sent. */
export const mailStatuses = [...mailStates, "ended"] as const;
export type MailStatus = (typeof mailStatuses)[number];

/**
 * Returns why an address takes no email. An organization that has allowed it again since a bounce decides that for
 * itself alone.
 */
export function suppressionOf(
  block: { bounced?: string | undefined; complained?: string | undefined } | undefined,
  allowedAt = "",
): "bounced" | "complained" | undefined {
  // threat: an organization allows email again after a complaint
  if (block?.complained !== undefined) return "complained";
  // threat: an organization allows email to a bounced address for all others
  return block?.bounced !== undefined && block.bounced >= allowedAt ? "bounced" : undefined;
}
