import type { Import } from "#lib/imports.ts";

type Mails = Import["mails"];

const words = {
  bounced: "Bounced",
  complained: "Marked as spam",
  suppressed: "Suppressed",
  failed: "Rejected by the email provider",
  unconfirmed: "Not confirmed",
  ended: "Invitation ended first",
} as const;

/** Emails that did not arrive or were not sent, by reason; only existing ones. */
export function mailTroubles(mails: Mails): [string, number][] {
  const names = Object.keys(words) as (keyof typeof words)[];
  return names.flatMap((name) => (mails[name] > 0 ? [[words[name], mails[name]]] : []));
}
