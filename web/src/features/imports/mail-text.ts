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

/** Emails that did not arrive or were not sent, by reason, and since when there are any; only existing ones. */
export function mailTroubles(mails: Mails): { words: string; count: number; since?: string | undefined }[] {
  const names = Object.keys(words) as (keyof typeof words)[];
  const since: Partial<Record<keyof typeof words, string | undefined>> = {
    failed: mails.failedSince,
    unconfirmed: mails.unconfirmedSince,
  };
  return names.flatMap((name) =>
    mails[name] > 0 ? [{ words: words[name], count: mails[name], since: since[name] }] : [],
  );
}
