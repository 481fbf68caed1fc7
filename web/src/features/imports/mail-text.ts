import type { Import } from "#lib/imports.ts";

type Mails = Import["mails"];

const words = {
  bounced: "Came back",
  complained: "Marked as spam",
  suppressed: "Address takes no mail",
  failed: "Refused by the mail account",
  unconfirmed: "May not have left",
  ended: "Invitation ended before",
} as const;

/** Mails that did not arrive, or were not sent, by what became of them; only what there is. */
export function mailTroubles(mails: Mails): [string, number][] {
  const names = Object.keys(words) as (keyof typeof words)[];
  return names.flatMap((name) => (mails[name] > 0 ? [[words[name], mails[name]]] : []));
}
