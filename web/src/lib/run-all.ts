import { ApiError } from "./failure.ts";

/** Number of concurrent requests. */
const maxAtOnce = 4;
/** Number of attempts before a busy server counts as a failure. */
const maxAttempts = 5;
/** The wait for a server that names no time. Unit: seconds. */
const usualPause = 2;

export type Refusal<Item> = { item: Item; error: unknown };

/** Every item is in one of the three, in the given order. */
export type Outcome<Item> = { done: Item[]; refused: Refusal<Item>[]; untouched: Item[] };

/** `pausedUntil`, in milliseconds, is set while the server asked for a pause. */
export type Progress = { finished: number; pausedUntil: number | undefined };

type Options = {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Does the same to many items, a few at a time. A failure is recorded and the others continue; if the server asks to
 * wait, all wait, and then retry. Stopping lets running ones finish.
 * @throws {ApiError} `actor.unauthenticated`: the session has ended, so nothing else can succeed either
 */
export async function runAll<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<unknown>,
  { signal, onProgress, wait = sleep }: Options,
): Promise<Outcome<Item>> {
  const done = new Set<Item>();
  const errors = new Map<Item, unknown>();
  let next = 0;
  let pause: { until: number; over: Promise<void> } | undefined;
  let isSignedOut = false;

  const isOver = () => signal.aborted || isSignedOut;
  const report = () => onProgress({ finished: done.size + errors.size, pausedUntil: pause?.until });

  function hold(ms: number) {
    const over = wait(ms, signal).then(() => {
      pause = undefined;
      report();
    });
    pause = { until: Date.now() + ms, over };
    report();
  }

  async function untilFree(): Promise<void> {
    if (pause !== undefined) {
      await pause.over;
      await untilFree();
    }
  }

  async function attempt(item: Item) {
    for (let tries = 1; ; tries += 1) {
      await untilFree();
      if (isOver()) {
        return;
      }
      try {
        await act(item);
        done.add(item);
        return;
      } catch (error) {
        isSignedOut ||= error instanceof ApiError && error.code === "actor.unauthenticated";
        const seconds = pauseOf(error);
        if (isSignedOut) {
          throw error;
        }
        if (seconds === undefined || tries === maxAttempts) {
          errors.set(item, error);
          return;
        }
        if (pause === undefined) {
          hold(seconds * 1000);
        }
      }
    }
  }

  async function work() {
    while (next < items.length && !isOver()) {
      const item = items[next] as Item;
      next += 1;
      await attempt(item);
      report();
    }
  }

  await Promise.all(Array.from({ length: maxAtOnce }, work));
  return {
    done: items.filter((item) => done.has(item)),
    refused: items.filter((item) => errors.has(item)).map((item) => ({ item, error: errors.get(item) })),
    untouched: items.filter((item) => !done.has(item) && !errors.has(item)),
  };
}

/** Returns how long the server asks everybody to wait, or nothing if it refused only this item. Unit: seconds. */
function pauseOf(error: unknown) {
  if (!(error instanceof ApiError) || error.code === "invitation.resend_too_soon") {
    return undefined;
  }
  const isBusy = error.status === 429 || error.status === 503;
  return isBusy ? (error.retryAfterSeconds ?? usualPause) : undefined;
}

function sleep(ms: number, signal: AbortSignal) {
  return new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
