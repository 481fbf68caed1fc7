import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type MailStatus = "Delivery" | "Bounce" | "Complaint" | "Reject";

/** A mail that was accepted. */
export type Mail = {
  /** SES's message id, also the name of the mail's page. */
  id: string;
  /** ISO 8601. */
  at: string;
  source: string;
  /** The addresses that it was sent to, whatever its headers say. */
  destinations: string[];
  tags: Record<string, string>;
  configurationSet?: string;
  from: string;
  to: string[];
  subject: string;
  headers: { name: string; value: string }[];
  text: string;
  html?: string;
  mailStatuses: MailStatus[];
};

/** The part of a mail that a list shows. */
export type Head = Pick<Mail, "id" | "at" | "destinations" | "subject" | "mailStatuses">;

/** Older ones are discarded: an import sends hundreds of thousands. */
export const maxMails = 50_000;

export type MailStore = {
  add: (mail: Mail, raw: Buffer) => void;
  /** Newest first. */
  heads: (to?: string) => Head[];
  /** The whole mails to one address, or all of them, newest first. */
  list: (to?: string) => Mail[];
  get: (id: string) => Mail | undefined;
  raw: (id: string) => Buffer | undefined;
};

/**
 * Stores each of the newest `limit` mails as two files, the second of which makes it count: `<id>.eml` unchanged,
 * `<id>.json`. Only summaries are in memory. Without a folder everything is in memory.
 */
export function openMailStore(folder?: string, limit = maxMails): MailStore {
  const store = folder ? openFiles(folder) : openMemory();
  const heads = new Map(store.stored.map((head) => [head.id, head]));
  const headsTo = (to?: string) => {
    const wanted = to?.trim().toLowerCase();
    const all = [...heads.values()].toReversed();
    return wanted ? all.filter(({ destinations }) => destinations.some((one) => one.toLowerCase() === wanted)) : all;
  };
  return {
    add: (mail, raw) => {
      store.write(mail, raw);
      heads.set(mail.id, headOf(mail));
      const [oldest] = heads.size > limit ? heads.keys() : [];
      if (oldest === undefined) return;
      heads.delete(oldest);
      store.discard(oldest);
    },
    heads: headsTo,
    list: (to) => headsTo(to).map(({ id }) => store.read(id)),
    get: (id) => (heads.has(id) ? store.read(id) : undefined),
    raw: (id) => (heads.has(id) ? store.readRaw(id) : undefined),
  };
}

type Contents = {
  /** Reads the existing ones, oldest first. */
  stored: Head[];
  write: (mail: Mail, raw: Buffer) => void;
  discard: (id: string) => void;
  read: (id: string) => Mail;
  readRaw: (id: string) => Buffer;
};

function openMemory(): Contents {
  const all = new Map<string, { mail: Mail; raw: Buffer }>();
  const get = (id: string) => {
    const found = all.get(id);
    if (!found) throw new Error(`There is no mail ${id}.`);
    return found;
  };
  return {
    stored: [],
    write: (mail, raw) => void all.set(mail.id, { mail, raw }),
    discard: (id) => void all.delete(id),
    read: (id) => get(id).mail,
    readRaw: (id) => get(id).raw,
  };
}

function openFiles(folder: string): Contents {
  mkdirSync(folder, { recursive: true });
  const read = (file: string): Mail => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  const stored = files.map((file) => headOf(read(file)));
  return {
    stored: stored.sort((one, other) => (one.at < other.at ? -1 : 1)),
    write: (mail, raw) => write(folder, mail, raw),
    discard: (id) => {
      for (const kind of ["json", "eml"]) rmSync(join(folder, `${id}.${kind}`), { force: true });
    },
    read: (id) => read(`${id}.json`),
    readRaw: (id) => readFileSync(join(folder, `${id}.eml`)),
  };
}

/** A copy, so that its texts don't keep the whole mail in memory. */
const headOf = ({ id, at, destinations, subject, mailStatuses }: Mail): Head =>
  structuredClone({ id, at, destinations, subject, mailStatuses });

function write(folder: string, mail: Mail, raw: Buffer): void {
  writeFileSync(join(folder, `${mail.id}.eml`), raw);
  const made = join(folder, `${mail.id}.json`);
  writeFileSync(`${made}.new`, JSON.stringify(mail));
  renameSync(`${made}.new`, made);
}
