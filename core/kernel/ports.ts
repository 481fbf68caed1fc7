import { AsyncLocalStorage } from "node:async_hooks";
import { now, setClock } from "../base/clock.ts";
import type { Plans } from "../plan/shape.ts";
import type { Table } from "../table/table.ts";
import type { Stripe } from "./stripe-port.ts";

/** Work for later, by the name of its queue. Bodies are JSON and never hold a secret. */
export type QueueName = "work" | "mail" | "codes" | "bulk" | "imports";
export type Queues = {
  /** @param delaySeconds until somebody may receive them, at most 900 */
  send(queue: QueueName, bodies: readonly object[], delaySeconds?: number): Promise<void>;
};

export type MailMessage = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Names the mail in the provider's events. */
  tags: Record<string, string>;
};
/** The moment in which a mail may leave. */
export type SendSlot = {
  /** Resolves in that moment. @throws MailPostponed when there is none in time */
  come(): Promise<void>;
  /** To be told as soon as the mail has certainly left. */
  gone(): void;
};
export type Mail = {
  /**
   * Makes a mail ready, sends it at its slot, and answers the provider's message id.
   * @throws MailPostponed, MailRefused
   */
  send(letter: MailMessage, slot: SendSlot): Promise<string>;
  /** How many mails a second the provider takes from the whole account, at least 1. */
  rate(): Promise<number>;
};

/** A form for a browser to post: its fields, and after them the file as the field `file`. */
export type UploadForm = { url: string; fields: Record<string, string> };
/** Ways to objects for whoever holds them, without passing through Muster. Lifetimes end earlier with the signer's credentials. */
export type BucketLinks = {
  /** Takes one file of 1 to `maxBytes` bytes, under this key and with this type only. */
  presignUpload(upload: {
    key: string;
    contentType: string;
    maxBytes: number;
    lifetimeSeconds: number;
  }): Promise<UploadForm>;
  /** An address that saves the object under `fileName`. */
  presignDownload(download: { key: string; lifetimeSeconds: number; fileName: string }): Promise<string>;
};

export type ObjectHead = {
  size: number;
  /** Names this version of the content. */
  etag: string;
  contentType: string;
  /** As its writer gave it, names in lower case. */
  metadata: Record<string, string>;
};
/** A version of an object, or the mark that it was deleted; a bucket that keeps no versions gives all the same name. */
export type ObjectVersion = { key: string; version: string };
export type BucketObjects = {
  /** Nothing when there is no object. */
  head(key: string): Promise<ObjectHead | undefined>;
  /** Bytes `from` up to `to`, both included, of that version; as it comes. @throws ObjectChanged, also when it is gone */
  read(
    key: string,
    range: { from: number; to?: number | undefined; ifMatch: string },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Replaces the object once all of the content is there. */
  write(key: string, content: string | AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
  /** The first versions by key of objects whose keys begin so, at `most` 1,000 of them; with marks of deletion. */
  versions(prefix: string, most: number): Promise<{ versions: ObjectVersion[]; hasMore: boolean }>;
  /** Takes up to 1,000 versions away for good. What is gone already is no failure. */
  erase(versions: readonly ObjectVersion[]): Promise<void>;
};
/** What the provider grants the whole account, and what it has sent, at the instant `at` in ms since 1970. */
export type Quota = { perSecond: number; perDay: number; sentInDay: number; at: number };

/** What an operator sets. Units: seats; mails an hour. */
export type Settings = {
  productName: string;
  siteUrl: string;
  freeSeats: number;
  mailsPerHour: number;
};

/** What of a stored row cannot be read: its key and the attribute, never a value. */
export type Fault = { pk: string; sk: string; attribute: string };

export type Ports = {
  table: Table;
  /** Hears of stored rows that cannot be read whole, each once a process. */
  faults: { report(fault: Fault): void };
  queues: Queues;
  mail: Mail;
  bucketLinks: BucketLinks;
  bucketObjects: BucketObjects;
  /** The account's quota, as it was at most so many ms ago. */
  quota: (oldestMs: number) => Promise<Quota>;
  now: () => Date;
  pause: (ms: number) => Promise<void>;
  settings: Settings;
  /** What is sold; without Stripe nothing is. */
  plans: Plans;
  stripe: Stripe;
  /** Multiplies the quota of every limit; 1 unless bound, which only a local run does. */
  limitFactor: number;
  /** The key under which codes, cursors, links and browsers are authenticated; asked each time where it may be rotated. */
  pepper: string | (() => Peppers);
};

/** A pepper, and the one that it replaced not long ago. */
export type Peppers = {
  current: string;
  /** Instants: still written with until every process knows the current one, and read until what it wrote has run out. */
  previous?: { value: string; usedUntil: string; validUntil: string } | undefined;
};

type Holder = { ports: Partial<Ports> };
const ofProcess: Holder = { ports: {} };
const ofFunction = new AsyncLocalStorage<Holder>();
const holder = (): Holder => ofFunction.getStore() ?? ofProcess;
const bound = (): Partial<Ports> => holder().ports;

/** Bound while a process starts: by functions/boot.ts, or by a test. A function binds only the ports that it uses. */
export function bind(ports: { [P in keyof Ports]?: Ports[P] | undefined }): void {
  holder().ports = { ...bound(), ...ports } as Partial<Ports>;
}

/** Returns what the process has bound, and binds nothing instead: where one process runs several functions. */
export function unbind(): Partial<Ports> {
  const { ports } = ofProcess;
  ofProcess.ports = {};
  return ports;
}

/** Returns a way to run with these ports and no others, whatever the process has bound; what is bound meanwhile joins them. */
export function withPorts(ports: Partial<Ports>): <R>(run: () => R) => R {
  const own: Holder = { ports };
  return (run) => ofFunction.run(own, run);
}

function port<P extends keyof Ports>(name: P): Ports[P] {
  const found = bound()[name];
  if (found === undefined) throw new Error(`No port "${name}": this entry point did not bind it.`);
  return found;
}

export const table: Table = {
  get: (key) => port("table").get(key),
  getMany: (keys, options) => port("table").getMany(keys, options),
  query: (query) => port("table").query(query),
  write: (...steps) => port("table").write(...steps),
  change: (step) => port("table").change(step),
  project: (rows) => port("table").project(rows),
};
const reported = new Set<string>();
/** A process remembers so many, and then reports again. */
const maxReported = 10_000;
export const faults: Ports["faults"] = {
  report(fault) {
    const name = Object.values(fault).join("|");
    const { faults: own } = bound();
    if (reported.has(name) || !own) return;
    if (reported.size >= maxReported) reported.clear();
    reported.add(name);
    own.report(fault);
  },
};
export const queues: Queues = { send: (...all) => port("queues").send(...all) };
export const mail: Mail = { send: (...all) => port("mail").send(...all), rate: () => port("mail").rate() };
/** Two ports in one word: the API signs and holds no client of S3, the workers hold one and need no signatures. */
export const bucket: BucketLinks & BucketObjects = {
  presignUpload: (upload) => port("bucketLinks").presignUpload(upload),
  presignDownload: (download) => port("bucketLinks").presignDownload(download),
  head: (key) => port("bucketObjects").head(key),
  read: (key, range) => port("bucketObjects").read(key, range),
  write: (key, content, contentType) => port("bucketObjects").write(key, content, contentType),
  versions: (prefix, most) => port("bucketObjects").versions(prefix, most),
  erase: (versions) => port("bucketObjects").erase(versions),
};
export const quota: Ports["quota"] = (oldestMs) => port("quota")(oldestMs);
setClock(() => (bound().now ?? (() => new Date()))());

export { now };
export const pause: Ports["pause"] = (ms) => (bound().pause ?? sleep)(Math.ceil(ms));
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const settings = (): Settings => port("settings");
export const plans = (): Plans => bound().plans ?? { trialDays: 0, graceDays: 14, paid: [] };
export const stripe = (): Stripe => port("stripe");
/** Without it seats are granted and none are sold. */
export const hasStripe = (): boolean => bound().stripe !== undefined;
export const limitFactor = (): number => bound().limitFactor ?? 1;
/** The pepper that values are written with. */
export function pepper(): string {
  const { current, previous } = boundPeppers();
  return previous && instant() < previous.usedUntil ? previous.value : current;
}
/** The peppers that values may have been written with, the current one first. */
export function peppers(): string[] {
  const { current, previous } = boundPeppers();
  return previous && instant() < previous.validUntil ? [current, previous.value] : [current];
}
function boundPeppers(): Peppers {
  const found = port("pepper");
  return typeof found === "string" ? { current: found } : found();
}

/** The present instant, or one that lies `seconds` ahead, in ISO 8601. */
export const instant = (seconds = 0): string => new Date(now().getTime() + seconds * 1000).toISOString();
/** The same in whole seconds since 1970, as the table's time to live wants it. */
export const epoch = (seconds = 0): number => Math.floor(now().getTime() / 1000) + seconds;
