import { AsyncLocalStorage } from "node:async_hooks";
import { now, setClock } from "../base/clock.ts";
import { minuteMs } from "../base/duration.ts";
import { faultMinutes } from "../base/limits.ts";
import type { Plans } from "../plan/shape.ts";
import type { Resources } from "../resource/shape.ts";
import type { Table } from "../table/table.ts";
import { find } from "./context.ts";
import type { Dns } from "./dns-port.ts";
import type { KeyMaker, KeyOpener, KeyRotator } from "./keys-port.ts";
import type { Providers } from "./provider-port.ts";
import type { Signer } from "./signer-port.ts";
import type { Stripe } from "./stripe-port.ts";

/** Work for later, by queue name. Bodies are JSON and never hold a secret. */
export type QueueName = "work" | "mail" | "codes" | "bulk" | "imports" | "checks";
export type Queues = {
  /** @param delaySeconds before the messages can be received, at most 900 */
  send(queue: QueueName, bodies: readonly object[], delaySeconds?: number): Promise<void>;
};

export type MailMessage = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Identifies the mail in the provider's events. */
  tags: Record<string, string>;
  /** The recipient of replies to it, if that is not the sender. */
  replyTo?: { name: string; address: string } | undefined;
  /** The address that a mailbox provider posts to if its reader wants no more of these (RFC 8058). */
  unsubscribeUrl?: string | undefined;
};
/** The moment at which a mail may leave. */
export type SendSlot = {
  /**
   * Resolves at that moment.
   * @throws MailPostponed if there is none in time
   */
  come(): Promise<void>;
  /** Called as soon as the mail has certainly left. */
  gone(): void;
};
export type Mail = {
  /**
   * Prepares a mail, sends it at its slot, and returns the provider's message id.
   * @throws MailPostponed, MailRefused
   */
  send(message: MailMessage, slot: SendSlot): Promise<string>;
  /** Returns how many mails per second the provider accepts from the whole account, at least 1. */
  rate(): Promise<number>;
};

/** A form for a browser to post: these fields, followed by the file as the field `file`. */
export type UploadForm = { url: string; fields: Record<string, string> };
/** Gives direct access to objects without going through Muster. Access ends early if the signer's credentials do. */
export type BucketLinks = {
  /** Accepts a file of up to `maxBytes` bytes, with this key, type and metadata only. */
  presignUpload(upload: {
    key: string;
    contentType: string;
    metadata?: Record<string, string>;
    maxBytes: number;
    lifetimeSeconds: number;
  }): Promise<UploadForm>;
  /** A URL that saves the object as `fileName`. */
  presignDownload(download: { key: string; lifetimeSeconds: number; fileName: string }): Promise<string>;
};

export type ObjectHead = {
  size: number;
  /** Identifies this version of the content. */
  etag: string;
  contentType: string;
  /** The metadata that the writer set, with names in lowercase. */
  metadata: Record<string, string>;
};
/** A version of an object, or a delete marker. A bucket without versions gives every object the same version. */
export type ObjectVersion = { key: string; version: string };
export type BucketObjects = {
  /** Returns nothing if there is no object. */
  head(key: string): Promise<ObjectHead | undefined>;
  /**
   * Reads the bytes `from` through `to` of that version as a stream.
   * @throws ObjectChanged, also if the object is gone
   */
  read(
    key: string,
    range: { from: number; to?: number | undefined; ifMatch: string },
  ): Promise<AsyncIterable<Uint8Array>>;
  /** Replaces the object once all of the content has arrived. */
  write(
    key: string,
    content: string | AsyncIterable<Uint8Array>,
    contentType: string,
    metadata?: Record<string, string>,
  ): Promise<void>;
  /**
   * Copies that version of an object, and returns the ETag of the copy.
   * @throws ObjectChanged, also if the object is gone
   */
  copy(from: string, to: string, ifMatch: string): Promise<string>;
  /** Lists at most 1,000 versions of objects with this key prefix, in key order, delete markers included. */
  versions(prefix: string, maxKeys: number): Promise<{ versions: ObjectVersion[]; hasMore: boolean }>;
  /** Deletes up to 1,000 versions permanently. Missing ones are not an error. */
  erase(versions: readonly ObjectVersion[]): Promise<void>;
};
/** The provider's quota for the whole account, and how much of it was used at the instant `at`, in ms since 1970. */
export type Quota = { perSecond: number; perDay: number; sentInDay: number; at: number };

/** Settings of the operator. Units: seats; mails per hour. */
export type Settings = {
  productName: string;
  siteUrl: string;
  freeSeats: number;
  mailsPerHour: number;
  /** True if replies to an invitation go to its inviter, whose address they show. On unless it is false. */
  repliesReachInviter?: boolean;
  /** Limits of requests that the operator has set, by their name. */
  requestLimits?: { readonly [name: string]: number | undefined };
};

/** A stored row that cannot be read: its key and the attribute, never a value. */
export type Fault = { pk: string; sk: string; attribute: string };

export type Ports = {
  table: Table;
  /** Reports stored rows that cannot be read whole: each fault every few minutes, not at every read. */
  faults: { report(fault: Fault): void };
  queues: Queues;
  mail: Mail;
  bucketLinks: BucketLinks;
  bucketObjects: BucketObjects;
  /** Returns the account's quota, at most so many ms old. */
  quota: (oldestMs: number) => Promise<Quota>;
  now: () => Date;
  pause: (ms: number) => Promise<void>;
  keyMaker: KeyMaker;
  keyOpener: KeyOpener;
  keyRotator: KeyRotator;
  signer: Signer;
  /** The time that a request of a device may wait for a change. 0 by default: devices only poll. */
  syncWaitSeconds: number;
  providers: Providers;
  dns: Dns;
  settings: Settings;
  /** The plans for sale. Without Stripe there are none. */
  plans: Plans;
  /** Offers of the operator to everybody who is signed in. By default there are none. */
  resources: Resources;
  stripe: Stripe;
  /** Multiplies the quota of every limit. 1 by default; only a local run binds it. */
  limitFactor: number;
  /** The key that authenticates codes, cursors, links and browsers. Read at each use, because it may be rotated. */
  pepper: string | (() => Peppers);
};

/** A pepper, and the one that it recently replaced. */
export type Peppers = {
  current: string;
  /**
   * Instants: still written with until every process knows the current pepper, and read until everything it wrote has
   * expired.
   */
  previous?: { value: string; usedUntil: string; validUntil: string } | undefined;
};

type Holder = { ports: Partial<Ports> };
const ofProcess: Holder = { ports: {} };
const ofFunction = new AsyncLocalStorage<Holder>();
const holder = (): Holder => ofFunction.getStore() ?? ofProcess;
const bound = (): Partial<Ports> => holder().ports;

/**
 * Binds ports when a process starts: functions/boot.ts does, or a test. A function binds only the ports that it uses.
 */
export function bind(ports: { [P in keyof Ports]?: Ports[P] | undefined }): void {
  holder().ports = { ...bound(), ...ports } as Partial<Ports>;
}

/** Returns what the process has bound, and binds nothing instead: for a process that runs several functions. */
export function unbind(): Partial<Ports> {
  const { ports } = ofProcess;
  ofProcess.ports = {};
  return ports;
}

/** Returns a way to run with only these ports, whatever the process has bound. Ports bound during the run are added. */
export function withPorts(ports: Partial<Ports>): <R>(run: () => R) => R {
  const own: Holder = { ports };
  return (run) => ofFunction.run(own, run);
}

function port<P extends keyof Ports>(name: P): Ports[P] {
  const found = bound()[name];
  if (found === undefined) throw new Error(`No port "${name}": this entry point did not bind it.`);
  return found;
}

/** A request that is to include a change reads nothing that may lag behind it, except the index. */
const isWaiting = () => find()?.position?.isIncluded !== undefined;

export const table: Table = {
  get: (key) => port("table").get(key),
  // threat: a read that waited reads from a replica that lags
  getMany: (keys, options) => port("table").getMany(keys, isWaiting() ? { consistent: true } : options),
  // threat: a query that waited is answered by a replica that lags
  query: (query) => port("table").query(isWaiting() && !("list" in query) ? { ...query, consistent: true } : query),
  async write(...steps) {
    const precondition = find()?.precondition;
    await port("table").write(...(precondition?.hold(steps) ?? steps));
    precondition?.written(steps);
    find()?.position?.written.push(...steps);
  },
  async change(step) {
    // threat: a counter counts a request whose If-Match failed
    find()?.precondition?.requireMet();
    return port("table").change(step);
  },
  async project(rows) {
    // threat: a write without guards ignores a failed If-Match
    find()?.precondition?.requireMet();
    await port("table").project(rows);
  },
};
/** Beyond so many, a report tells the operator nothing new. */
const maxFaultsPerPeriod = 1_000;
/** The faults that were reported in this period, for each function that one process runs. */
const reported = new WeakMap<Ports["faults"], { since: number; names: Set<string> }>();
export const faults: Ports["faults"] = {
  report(fault) {
    const { faults: own } = bound();
    if (!own) return;
    const at = now().getTime();
    // threat: one function of a local run hides the faults of the others
    let period = reported.get(own);
    // threat: the alarm of an unreadable row ends while it is still read
    if (!period || at - period.since >= faultMinutes * minuteMs) period = { since: at, names: new Set() };
    reported.set(own, period);
    const name = Object.values(fault).join("|");
    if (period.names.has(name) || period.names.size >= maxFaultsPerPeriod) return;
    period.names.add(name);
    own.report(fault);
  },
};
export const queues: Queues = { send: (...all) => port("queues").send(...all) };
export const mail: Mail = { send: (...all) => port("mail").send(...all), rate: () => port("mail").rate() };
/** Two ports share this name: the API signs and has no S3 client, the workers have one and need no signatures. */
export const bucket: BucketLinks & BucketObjects = {
  presignUpload: (upload) => port("bucketLinks").presignUpload(upload),
  presignDownload: (download) => port("bucketLinks").presignDownload(download),
  head: (key) => port("bucketObjects").head(key),
  read: (key, range) => port("bucketObjects").read(key, range),
  write: (...all) => port("bucketObjects").write(...all),
  copy: (from, to, ifMatch) => port("bucketObjects").copy(from, to, ifMatch),
  versions: (prefix, maxKeys) => port("bucketObjects").versions(prefix, maxKeys),
  erase: (versions) => port("bucketObjects").erase(versions),
};
/** Three ports share this name: the API makes data keys, one function opens them, an operator rotates the wrapping key. */
export const keys: KeyMaker & KeyOpener & KeyRotator = {
  generate: (context) => port("keyMaker").generate(context),
  unwrap: (wrapped, context) => port("keyOpener").unwrap(wrapped, context),
  renew: () => port("keyRotator").renew(),
  rewrap: (wrapped, context) => port("keyRotator").rewrap(wrapped, context),
  retire: () => port("keyRotator").retire(),
};
export const signer: Signer = {
  hasQuota: () => port("signer").hasQuota(),
  publicKeys: () => port("signer").publicKeys(),
  sign: (publicKey, data) => port("signer").sign(publicKey, data),
};
export const providers: Providers = { ask: (request) => port("providers").ask(request) };
export const dns: Dns = { text: (name) => port("dns").text(name) };
export const quota: Ports["quota"] = (oldestMs) => port("quota")(oldestMs);
setClock(() => (bound().now ?? (() => new Date()))());

export { now };
export const pause: Ports["pause"] = (ms) => (bound().pause ?? sleep)(Math.ceil(ms));
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
export const settings = (): Settings => port("settings");
export const plans = (): Plans => bound().plans ?? { trialDays: 0, trialSeats: 0, graceDays: 14, paid: [] };
export const resources = (): Resources => bound().resources ?? { items: [] };
export const stripe = (): Stripe => port("stripe");
/** Without it seats can be granted but not sold. */
export const hasStripe = (): boolean => bound().stripe !== undefined;
export const syncWaitSeconds = (): number => bound().syncWaitSeconds ?? 0;
export const limitFactor = (): number => bound().limitFactor ?? 1;
/** Returns the pepper to write with. */
export function pepper(): string {
  const { current, previous } = boundPeppers();
  // threat: a pepper is written with before every process knows it
  return previous && instant() < previous.usedUntil ? previous.value : current;
}
/** Returns the peppers that values may have been written with, the current one first. */
export function peppers(): string[] {
  const { current, previous } = boundPeppers();
  // threat: a pepper that was replaced counts forever
  return previous && instant() < previous.validUntil ? [current, previous.value] : [current];
}
function boundPeppers(): Peppers {
  const found = port("pepper");
  return typeof found === "string" ? { current: found } : found();
}

/** Returns the current instant, or one that is `seconds` later, in ISO 8601. */
export const instant = (seconds = 0): string => new Date(now().getTime() + seconds * 1000).toISOString();
/** Returns the same in whole seconds since 1970, as the table's time to live needs it. */
export const epoch = (seconds = 0): number => Math.floor(now().getTime() / 1000) + seconds;
