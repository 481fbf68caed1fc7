import { plural } from "#lib/format.ts";
import type { Resent, Undelivered } from "#lib/people.ts";

export type Counts = Omit<Resent, "next">;

export const none: Counts = { resent: 0, tooSoon: 0, notAllowed: 0, limited: 0, contended: 0 };

export const sum = (one: Counts, other: Counts): Counts => ({
  resent: one.resent + other.resent,
  tooSoon: one.tooSoon + other.tooSoon,
  notAllowed: one.notAllowed + other.notAllowed,
  limited: one.limited + other.limited,
  contended: one.contended + other.contended,
});

/** "Resend 12 that failed". */
export function buttonText(mail: Undelivered, count: string) {
  return mail === "failed" ? `Resend ${count} that failed` : `Resend ${count} not confirmed`;
}

/** Says what happened to them, and why some were not sent again. */
export function resultText({ resent, tooSoon, notAllowed, limited, contended }: Counts): {
  title: string;
  description?: string;
} {
  const title = resent > 0 ? `${plural(resent, "email", "emails")} queued` : "No emails queued";
  const reasons = [
    tooSoon > 0 && `${plural(tooSoon, "was", "were")} sent less than 5 minutes ago.`,
    notAllowed > 0 &&
      (notAllowed === 1
        ? "1 is for an owner. Only an owner can resend it."
        : `${plural(notAllowed, "is", "are")} for owners. Only an owner can resend those.`),
    contended > 0 && `${plural(contended, "was", "were")} changed at the same time. Try again.`,
    limited > 0 && `${plural(limited, "has", "have")} to wait: the daily limit of invitations has been reached.`,
    resent + tooSoon + notAllowed + limited + contended === 0 &&
      "These invitations have ended, or were sent again already.",
  ].filter((reason) => reason !== false);
  return reasons.length > 0 ? { title, description: reasons.join(" ") } : { title };
}
