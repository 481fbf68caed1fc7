import { ApiError } from "./failure.ts";

/** So many requests are on their way at once. */
const maxAtOnce = 4;
/** So often a request is made before a server that has no room counts as a refusal. */
const maxAttempts = 5;
/** What a server that names no time is given. Unit: seconds. */
const usualPause = 2;

export type Refusal<Item> = { item: Item; error: unknown };

/** Every item is in one of the three, in the order in which they were given. */
export type Outcome<Item> = { done: Item[]; refused: Refusal<Item>[]; untouched: Item[] };

/** `pausedUntil`, in milliseconds, is there while the server asked for a pause. */
export type Progress = { finished: number; pausedUntil: number | undefined };

type Options = {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/**
 * Does the same to many items, a few at a time. A refusal is noted and the others go on; where the server asks to
 * wait, all wait, and then it is tried again. Stopping lets those finish that are on their way.
 * @throws {ApiError} `actor.unauthenticated`: nobody is signed in any more, so nothing else can succeed either
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

/** How long the server asks everybody to wait. Unit: seconds. Nothing, where it refused this one item. */
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
