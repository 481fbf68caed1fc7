/** The surroundings of the client. Tests replace them. */
export type System = {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The device's clock, in milliseconds since 1970. It may be wrong. */
  now: () => number;
  /** From 0 to 1, for jitter. Keys never come from it. */
  random: () => number;
  /** Runs something later. Returns what cancels it. */
  after: (ms: number, run: () => void) => () => void;
};

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const system: System = {
  fetch: (url, init) => fetch(url, init),
  now: () => Date.now(),
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after a time, or at once when the signal aborts. */
export function sleep(ms: number, { after }: System, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = after(ms, end);
    signal?.addEventListener("abort", end);
  });
}

/**
 * Returns the time to wait after so many failures in a row: twice as long each time, up to a limit, and anything below
 * that.
 */
export function backOff(failures: number, { random }: System, maxMs: number): number {
  const ceiling = Math.min(maxMs, 2 * secondMs * 2 ** Math.min(failures - 1, 20));
  return Math.max(secondMs, random() * ceiling);
}
