import { setTimeout } from "node:timers/promises";
import type { Table } from "../table/table.ts";

/** Work for later, by the name of its queue. Bodies are JSON and never hold a secret. */
export type QueueName = "work" | "mail" | "codes" | "bulk";
export interface Queues {
  /** @param delaySeconds until somebody may receive them, at most 900 */
  send(queue: QueueName, bodies: readonly object[], delaySeconds?: number): Promise<void>;
}

export type Letter = {
  to: string;
  subject: string;
  text: string;
  html: string;
  /** Names the mail in the provider's events. */
  tags: Record<string, string>;
};
export interface Mail {
  /** Sends one mail and answers the provider's message id. @throws MailPostponed, MailRefused */
  send(letter: Letter): Promise<string>;
  /** How many mails a second the provider takes from the whole account, at least 1. */
  rate(): Promise<number>;
}

/** What the provider grants the whole account, and what it has sent, at the instant `at` in ms since 1970. */
export type Quota = { perSecond: number; perDay: number; sentInDay: number; at: number };

/** What an operator sets. Units: seats; mails an hour. */
export type Settings = {
  productName: string;
  siteUrl: string;
  freeSeats: number;
  mailsPerHour: number;
};

export type Ports = {
  table: Table;
  queues: Queues;
  mail: Mail;
  /** The account's quota, as it was at most so many ms ago. */
  quota: (oldestMs: number) => Promise<Quota>;
  now: () => Date;
  pause: (ms: number) => Promise<void>;
  settings: Settings;
  /** The key under which codes, cursors and browsers are authenticated. */
  pepper: string;
};

let bound: Partial<Ports> = {};

/** Bound while a process starts: by functions/boot.ts, or by a test. A function binds only the ports that it uses. */
export function bind(ports: Partial<Ports>): void {
  bound = { ...bound, ...ports };
}

function port<P extends keyof Ports>(name: P): Ports[P] {
  const found = bound[name];
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
export const queues: Queues = { send: (...all) => port("queues").send(...all) };
export const mail: Mail = { send: (letter) => port("mail").send(letter), rate: () => port("mail").rate() };
export const quota: Ports["quota"] = (oldestMs) => port("quota")(oldestMs);
export const now = (): Date => (bound.now ?? (() => new Date()))();
export const pause: Ports["pause"] = (ms) => (bound.pause ?? setTimeout)(Math.ceil(ms));
export const settings = (): Settings => port("settings");
export const pepper = (): string => port("pepper");

/** The present instant, or one that lies `seconds` ahead, in ISO 8601. */
export const instant = (seconds = 0): string => new Date(now().getTime() + seconds * 1000).toISOString();
/** The same in whole seconds since 1970, as the table's time to live wants it. */
export const epoch = (seconds = 0): number => Math.floor(now().getTime() / 1000) + seconds;
