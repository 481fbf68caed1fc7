import { setTimeout as pause } from "node:timers/promises";
import type { CreatedEvent } from "./event.ts";
import type { Store } from "./store.ts";

export type Announcer = {
  /** Wakes it after something was created. */
  wake: () => void;
  /** Resolves when everything was announced. */
  idle: () => Promise<void>;
  /** Starts nothing more, and resolves when running announcements have ended; they are repeated later. */
  stop: () => Promise<void>;
};

export type AnnouncerOptions = {
  store: Store;
  announce: (event: CreatedEvent) => Promise<void>;
  retryMs: number;
  report: (error: unknown) => void;
};

/**
 * Announces everything pending in the store, each at least once: it counts as announced only after a receiver has
 * accepted it.
 */
export function openAnnouncer({ store, announce, retryMs, report }: AnnouncerOptions): Announcer {
  const abort = new AbortController();
  const { signal } = abort;
  let wake = () => {};
  let waiting: (() => void)[] = [];

  async function run(): Promise<void> {
    while (!signal.aborted) {
      const event = store.owed();
      if (event) await attempt(event);
      else await idle();
    }
  }

  async function attempt(event: CreatedEvent): Promise<void> {
    try {
      // threat: an upload counts as announced before anybody has taken it
      await announce(event);
      if (!signal.aborted) store.announced(event);
    } catch (error) {
      report(error);
      await pause(retryMs, undefined, { signal }).catch(() => {});
    }
  }

  function idle(): Promise<void> {
    for (const resolve of waiting) resolve();
    waiting = [];
    return new Promise((resolve) => {
      wake = resolve;
    });
  }

  const ended = run();
  return {
    wake: () => wake(),
    idle: () => (store.owed() ? new Promise((resolve) => void waiting.push(resolve)) : Promise.resolve()),
    stop: () => {
      abort.abort();
      wake();
      return ended;
    },
  };
}
