import { plural } from "#lib/format.ts";
import type { Resent, Undelivered } from "#lib/people.ts";

export type Counts = Omit<Resent, "next">;

export const none: Counts = { resent: 0, tooSoon: 0, notAllowed: 0, left: 0 };

export const sum = (one: Counts, other: Counts): Counts => ({
  resent: one.resent + other.resent,
  tooSoon: one.tooSoon + other.tooSoon,
  notAllowed: one.notAllowed + other.notAllowed,
  left: one.left + other.left,
});

/** "Resend 12 that failed". */
export function buttonText(mail: Undelivered, count: string) {
  return mail === "failed" ? `Resend ${count} that failed` : `Resend ${count} not confirmed`;
}

/** What happened to them, and why some were not sent again. */
export function resultText({ resent, tooSoon, notAllowed, left }: Counts): { title: string; description?: string } {
  const title = resent > 0 ? `${plural(resent, "email is", "emails are")} sent again` : "No email is sent again";
  const reasons = [
    tooSoon > 0 && `${plural(tooSoon, "was", "were")} sent less than 5 minutes ago.`,
    notAllowed > 0 && `${plural(notAllowed, "invites an owner", "invite owners")}: only an owner can resend.`,
    left > 0 && `${plural(left, "has", "have")} to wait: the daily limit of invitations has been reached.`,
    resent + tooSoon + notAllowed + left === 0 && "These invitations have ended, or were sent again already.",
  ].filter((reason) => reason !== false);
  return reasons.length > 0 ? { title, description: reasons.join(" ") } : { title };
}
