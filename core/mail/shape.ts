/**
 * How the mail of an invitation or a notification fares. The mailer writes `unconfirmed` before it sends, so after a crash the
 * row says what is known, which is nothing, until the provider tells; nobody sends it again by itself. Events of the
 * provider come in any order: a later state here is never replaced by an earlier one.
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

/** How a mail of an import fares, or that its invitation ended before it was sent. */
export const mailStatuses = [...mailStates, "ended"] as const;
export type MailStatus = (typeof mailStatuses)[number];
