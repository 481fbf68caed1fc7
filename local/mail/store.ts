import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Fate = "Delivery" | "Bounce" | "Complaint" | "Reject";

/** A mail that was taken. */
export interface Mail {
  /** What SES answered; it also names the mail's page. */
  id: string;
  /** ISO 8601. */
  at: string;
  source: string;
  /** Where it was sent, whatever its headers say. */
  destinations: string[];
  tags: Record<string, string>;
  configurationSet?: string;
  from: string;
  to: string[];
  subject: string;
  headers: { name: string; value: string }[];
  text: string;
  html?: string;
  fates: Fate[];
}

export interface MailStore {
  add: (mail: Mail, raw: Buffer) => void;
  /** Newest first. */
  list: (to?: string) => Mail[];
  get: (id: string) => Mail | undefined;
  raw: (id: string) => Buffer | undefined;
}

/** Keeps each mail as two files, the second of which makes it count: `<id>.eml` as it came, `<id>.json`. */
export function openMailStore(folder?: string): MailStore {
  const mails = new Map<string, Mail>();
  const raws = new Map<string, Buffer>();
  if (folder) {
    mkdirSync(folder, { recursive: true });
    for (const mail of readAll(folder)) mails.set(mail.id, mail);
  }
  return {
    add: (mail, raw) => {
      if (folder) write(folder, mail, raw);
      else raws.set(mail.id, raw);
      mails.set(mail.id, mail);
    },
    list: (to) => {
      const wanted = to?.trim().toLowerCase();
      const all = [...mails.values()].toReversed();
      return wanted ? all.filter(({ destinations }) => destinations.some((one) => one.toLowerCase() === wanted)) : all;
    },
    get: (id) => mails.get(id),
    raw: (id) => {
      if (!mails.has(id)) return undefined;
      return folder ? readFileSync(join(folder, `${id}.eml`)) : raws.get(id);
    },
  };
}

function readAll(folder: string): Mail[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const mails = files.map((file): Mail => JSON.parse(readFileSync(join(folder, file), "utf8")));
  return mails.sort((one, other) => (one.at < other.at ? -1 : 1));
}

function write(folder: string, mail: Mail, raw: Buffer): void {
  writeFileSync(join(folder, `${mail.id}.eml`), raw);
  const made = join(folder, `${mail.id}.json`);
  writeFileSync(`${made}.new`, JSON.stringify(mail));
  renameSync(`${made}.new`, made);
}
