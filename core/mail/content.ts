// Shapes

/** The content of a mail: its text and its HTML are made from the same blocks. */
export type Content = {
  subject: string;
  /** Shown beside the subject in a list of mails. */
  preview: string;
  blocks: Block[];
};
export type Block =
  | { kind: "heading" | "paragraph" | "small" | "code"; text: string }
  | { kind: "button" | "link"; text: string; url: string }
  /** Heads the items that follow. */
  | { kind: "section"; text: string }
  | { kind: "item"; text: string; url: string; detail: string }
  /** A person's own words, marked as theirs. */
  | { kind: "quote"; from: string; text: string };

// Functions

export const heading = (text: string): Block => ({ kind: "heading", text });
export const paragraph = (text: string): Block => ({ kind: "paragraph", text });
export const small = (text: string): Block => ({ kind: "small", text });
export const code = (text: string): Block => ({ kind: "code", text });
export const button = (text: string, url: string): Block => ({ kind: "button", text, url });
export const link = (text: string, url: string): Block => ({ kind: "link", text, url });
export const section = (text: string): Block => ({ kind: "section", text });
export const item = (text: string, url: string, detail: string): Block => ({ kind: "item", text, url, detail });
export const quote = (from: string, text: string): Block => ({ kind: "quote", from, text: inert(text) });

/** Returns what a person named something, on one line of a mail. */
export const named = (text: unknown): string => inert(String(text)).replaceAll(/\s+/g, " ").trim();

/** Formats an instant for people: Tuesday, 1 December 2026 at 09:00 UTC. */
export function moment(at: string): string {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
  return `${day(at)} at ${time.format(new Date(at))} UTC`;
}

/** Formats only the day, in UTC. */
export function day(at: string): string {
  const date = { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat("en-GB", date).format(new Date(at)).replace(/^(\p{L}+) /u, "$1, ");
}

/**
 * Returns a text that no mail client turns into a link and that does not change the writing direction. Input checks
 * refuse such names; for others, invisible breaks are inserted.
 */
function inert(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, "").replaceAll(
    /[.\u3002\uff0e\uff61](?=[\p{L}\p{N}]{2})|\.(?=\d)|:(?=\/\/)|\/(?=\/)|@(?=\S)/gu,
    // threat: a stored name that no shape checked becomes a link in a mail
    `$&${breakOfNoWidth}`,
  );
}
const breakOfNoWidth = "\u200b";
