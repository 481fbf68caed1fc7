import { AsyncLocalStorage } from "node:async_hooks";
import type { Section } from "@muster/settings/fields.ts";
import type { ReceiptCode } from "./receipts.ts";
import type { RefusalCode } from "./refusal.ts";

/** Says that a section is enforced, or refused and why. Returns false if the section is another one by now. */
export type Report = (
  section: Section,
  state: "enforced" | "refused",
  more?: {
    /** The reason for the refusal: a code, a sentence for an admin, and the setting that it is about. */
    code?: ReceiptCode | undefined;
    message?: string | undefined;
    key?: string | undefined;
    /** The document that this is about, by its hash: nothing is said of another one. */
    document?: string | undefined;
  },
) => Promise<boolean>;

export type Change = {
  revision: number;
  /** The hash of the document; undefined while there is none, and strict values apply. */
  document?: string;
  /** The sections that may have other values now. */
  sections: readonly Section[];
  /** True if other secrets, or other versions of them, may be used now. */
  hasOtherSecrets: boolean;
  /** Reports about this document. Says nothing, and returns false, once there is another in which the section differs. */
  report: Report;
};
/** All that the device got is to be removed. */
export type Wiped = { reason: string; at: string };
export type Halt = {
  /**
   * The organization wants a newer client; the server does not accept this device, which may have to be linked again; or
   * another process has taken the folder.
   */
  reason: "version_too_old" | "not_accepted" | "lock_lost";
  message: string;
};
export type Problem = {
  /**
   * The reason that an answer was refused; or that there was no answer, that the server has no answer now, that a
   * handler failed, that a file cannot be written, that the copy on disk is damaged, that the device's clock is wrong,
   * that a receipt was refused.
   */
  code:
    | RefusalCode
    | "unreachable"
    | "unavailable"
    | "handler_failed"
    | "storage"
    | "damaged"
    | "clock_wrong"
    | "receipt_refused";
  message: string;
};

export type Events = { change: Change; wipe: Wiped; halt: Halt; error: Problem };
export type Handler<T> = (event: T) => void | Promise<void>;

/**
 * The handlers of the embedding client. They are given at the start, so that nothing happens before somebody is told.
 */
export type Handlers = {
  /**
   * Removes what the embedding client has kept of the organization's. The server is told "wiped" after it has resolved, and
   * admins rely on that; so there is no client without it. If it throws, it is called again.
   */
  wipe: Handler<Wiped>;
  /** Enforces what applies now. If it throws, it is called again. */
  change?: Handler<Change> | undefined;
  halt?: Handler<Halt> | undefined;
  error?: Handler<Problem> | undefined;
};

/** @throws TypeError if nothing would be removed when the device is wiped */
export function checkHandlers(on: Partial<Handlers> | undefined): void {
  // threat: nobody removes what a client has kept, and the server is told wiped
  if (typeof on?.wipe === "function") return;
  throw new TypeError("on.wipe has to be a function that removes what your client has kept of the organization's.");
}

/** The client was stopped before a handler had ended. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export type Emitter = ReturnType<typeof emitter>;

/** The place of running code: in a handler that is waited for, or not. */
const place = new AsyncLocalStorage<{ isWaitedFor: boolean }>();

/** Returns whether the caller is a handler that the client waits for. */
export const isInHandler = (): boolean => place.getStore()?.isWaitedFor === true;

/** Tells handlers. Those of `change` and `wipe` are waited for, one after the other, but not by a client that stops. */
export function emitter(first: Partial<Handlers> = {}, stopping: AbortSignal = new AbortController().signal) {
  const of = <T>(handler: Handler<T> | undefined) => new Set(handler && [handler]);
  const handlers: { [K in keyof Events]: Set<Handler<Events[K]>> } = {
    change: of(first.change),
    wipe: of(first.wipe),
    halt: of(first.halt),
    error: of(first.error),
  };
  /** Events from before the embedding client has the result of `start`. */
  let early: (() => void)[] | undefined = [];

  /** Not waited for: a handler may stop the client, or ask the server again. */
  function say<K extends "halt" | "error">(name: K, event: Events[K]): void {
    // threat: events before the client is there reach handlers that cannot use it
    if (early) early.push(() => say(name, event));
    else for (const handler of handlers[name]) place.run({ isWaitedFor: false }, () => void run(name, handler, event));
  }

  async function run<K extends "halt" | "error">(
    name: K,
    handler: Handler<Events[K]>,
    event: Events[K],
  ): Promise<void> {
    try {
      await handler(event);
    } catch (error) {
      // nobody is left to be told that a handler of errors has failed
      // threat: an error that a handler of halt throws is lost
      if (name === "halt") say("error", { code: "handler_failed", message: messageOf(error) });
    }
  }

  async function tell<K extends "change" | "wipe">(name: K, event: Events[K]): Promise<unknown> {
    let failure: unknown;
    for (const handler of handlers[name]) {
      try {
        if (!stopping.aborted) await handler(event);
      } catch (error) {
        failure ??= error ?? new Error("A handler failed.");
      }
    }
    return failure;
  }

  return {
    /** Adds a handler. Returns what removes it. */
    on: <K extends keyof Events>(name: K, handler: Handler<Events[K]>): (() => void) => {
      handlers[name].add(handler);
      return () => handlers[name].delete(handler);
    },
    say,
    /** Resolves when all handlers have, with what the first of them that failed threw; or `Stopped`, when the client stops. */
    tell: async <K extends "change" | "wipe">(name: K, event: Events[K]): Promise<unknown> => {
      const here = { isWaitedFor: true };
      let stop = () => {};
      const stopped = new Promise<Stopped>((resolve) => {
        stop = () => resolve(new Stopped("The client was stopped before a handler had ended."));
      });
      stopping.addEventListener("abort", stop);
      if (stopping.aborted) stop();
      try {
        // threat: a handler that stops the client hangs it
        return await Promise.race([stopped, place.run(here, () => tell(name, event))]);
      } finally {
        here.isWaitedFor = false;
        stopping.removeEventListener("abort", stop);
      }
    },
    /** From now on handlers are told at once. */
    open: (): void => {
      const waiting = early ?? [];
      early = undefined;
      for (const one of waiting) one();
    },
  };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
