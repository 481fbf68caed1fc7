import { AsyncLocalStorage } from "node:async_hooks";
import { now } from "../base/clock.ts";
import type { RequestRow } from "../base/row.ts";
import type { Item, Key, Step } from "../table/table.ts";
import type { Actor } from "./actor.ts";

/** The rest of a rate limit, for the caller to see. */
export type Allowance = { name: string; quota: number; remaining: number; windowSeconds: number; resetSeconds: number };

/** The context of one request or message, which a handler passes to the domain. */
export type Context = {
  actor: Actor;
  /** Rows that the handler has already read, by `rowName`; `undefined` if it found none. */
  prefetched?: ReadonlyMap<string, Item | undefined>;
  /** The caller's Idempotency-Key: a second request with it changes nothing. */
  idempotency?: Idempotency;
  /** A condition of every write. */
  precondition?: Precondition;
  /** The steps that the request wrote, and whether its answer includes what it was to wait for. */
  position?: { written: Step[]; isIncluded?: boolean };
  /** Rate limits that this request used. */
  allowances?: Allowance[];
  /** The deadline, in ms since 1970. */
  until?: number;
};
/** A state that the caller has read and that must be the current one. */
export type Precondition = {
  isMet: boolean;
  /** @throws request.precondition_failed if the caller has read another state */
  requireMet: () => void;
  /** The steps of a write, which then also require that state. @throws request.precondition_failed */
  hold: (steps: readonly Step[]) => readonly Step[];
  /** Called after a write. */
  written: (steps: readonly Step[]) => void;
};
export type Idempotency = {
  key: Key<RequestRow>;
  /** Of the request, by the pepper that is written with now. */
  fingerprint: string;
  /** The same by every pepper that it may have been written with. */
  earlier?: readonly string[];
  /** The session of the request. */
  session?: string;
  /** The same request has begun before, and was not answered. */
  isBegun?: boolean;
  /** A step of a write already stores the answer, or it is not to be stored. */
  isHandled?: boolean;
};

const storage = new AsyncLocalStorage<Context>();

/** Sets the context of one request or message. Called by handlers. */
export function provide<R>(context: Context, run: () => R): R {
  return storage.run(context, run);
}

/** Runs as a worker of the deployment. `until` is the deadline, in ms since 1970. */
export function asSystem<R>(job: string, run: () => R, until?: number): R {
  return provide({ actor: { type: "system", job }, ...(until !== undefined && { until }) }, run);
}

/** Returns the context, or nothing if no handler has bound one. */
export const find = (): Context | undefined => storage.getStore();

export function use(): Context {
  const context = find();
  if (!context) throw new Error("No context: a handler forgot Context.provide.");
  return context;
}

/** Returns whether the deadline has passed. */
export function isPastDeadline(): boolean {
  const { until } = use();
  return until !== undefined && now().getTime() >= until;
}
