import type { Section } from "@muster/settings/fields.ts";
import type { ReceiptCode } from "./receipts.ts";
import type { RefusalCode } from "./refusal.ts";

/** Says that a section is enforced, or refused and why. Returns false if the section is another one by now. */
export type Report = (
  section: Section,
  state: "enforced" | "refused",
  more?: {
    /** Why it is refused: a code, a sentence for an admin, and the setting that it is about. */
    code?: ReceiptCode;
    message?: string;
    key?: string;
    /** The document that this is about, by its hash: nothing is said of another one. */
    document?: string;
  },
) => Promise<boolean>;

export type Change = {
  revision: number;
  /** The hash of the document; undefined while there is none, and strict values apply. */
  document?: string;
  /** The sections that may have other values now. */
  sections: readonly Section[];
  /** Whether other secrets, or other versions of them, may be used now. */
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
   * Why an answer was refused; or that there was no answer, that the server has no answer now, that a handler failed, that a
   * file cannot be written, that the copy on disk is damaged, that the device's clock is wrong, that a receipt was refused.
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

export type Emitter = ReturnType<typeof emitter>;

/** Tells handlers, one after the other. */
export function emitter() {
  const handlers: { [K in keyof Events]: Set<Handler<Events[K]>> } = {
    change: new Set(),
    wipe: new Set(),
    halt: new Set(),
    error: new Set(),
  };
  return {
    /** Adds a handler. Returns what removes it. */
    on: <K extends keyof Events>(name: K, handler: Handler<Events[K]>): (() => void) => {
      handlers[name].add(handler);
      return () => handlers[name].delete(handler);
    },
    /** Resolves when all handlers have, with what the first of them that failed threw. */
    emit: async <K extends keyof Events>(name: K, event: Events[K]): Promise<unknown> => {
      let failure: unknown;
      for (const handler of handlers[name]) {
        try {
          await handler(event);
        } catch (error) {
          failure ??= error ?? new Error("A handler failed.");
        }
      }
      return failure;
    },
  };
}
