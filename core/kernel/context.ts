import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestRow } from "../base/row.ts";
import type { Item, Key } from "../table/table.ts";
import type { Actor } from "./actor.ts";
import { now } from "./ports.ts";

/** How much of a counted limit is left, for the caller to see. */
export type Allowance = { name: string; quota: number; remaining: number; windowSeconds: number; resetSeconds: number };

/** What one request or message carries from its door to the domain. */
export type Context = {
  actor: Actor;
  /** Rows that the door has read already, by `rowName`; `undefined` where it found none. */
  prefetched?: ReadonlyMap<string, Item | undefined>;
  /** The caller's own name for this request: a second one with it changes nothing. */
  idempotency?: Idempotency;
  /** Counted limits that this request touched. */
  allowances?: Allowance[];
  /** When the door has no more time for it, in ms since 1970. */
  until?: number;
};
export type Idempotency = {
  key: Key<RequestRow>;
  fingerprint: string;
  /** The session that asks. */
  session?: string;
  /** The same request has begun before, and was not answered. */
  isBegun?: boolean;
  /** What there is to keep of the answer is a step of a write already. */
  isSettled?: boolean;
};

const storage = new AsyncLocalStorage<Context>();

/** Bound once per request or message, by a door. */
export function provide<R>(context: Context, run: () => R): R {
  return storage.run(context, run);
}

/** Runs as a worker of the deployment; `until` is when its time is over, in ms since 1970. */
export function asSystem<R>(job: string, run: () => R, until?: number): R {
  return provide({ actor: { type: "system", job }, ...(until !== undefined && { until }) }, run);
}

export function use(): Context {
  const context = storage.getStore();
  if (!context) throw new Error("No context: a door forgot Context.provide.");
  return context;
}

/** Whether the door has no more time for what is under way. */
export function isPastDeadline(): boolean {
  const { until } = use();
  return until !== undefined && now().getTime() >= until;
}
