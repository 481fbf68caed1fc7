import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { invocation } from "./gateway/event.ts";

export const clockIntervalMs = 5 * 60_000;

export type ClockHandler = (event: { job: "sweep" }, context: Context) => Promise<unknown>;

export interface Clock {
  /** Runs the function now, or waits for the run that is under way. */
  now: () => Promise<void>;
  shown: () => { ranAt?: string; trouble?: string };
  /** At once and then every five minutes, until the signal. */
  run: () => Promise<void>;
}

/** What EventBridge Scheduler does: wakes a function at a fixed rate. */
export function openClock(options: {
  handler: ClockHandler;
  signal: AbortSignal;
  report: (error: unknown) => void;
  intervalMs?: number;
}): Clock {
  const { handler, signal, report, intervalMs = clockIntervalMs } = options;
  let shown: { ranAt?: string; trouble?: string } = {};
  let running: Promise<void> | undefined;

  async function fire(): Promise<void> {
    const ranAt = new Date().toISOString();
    try {
      await handler({ job: "sweep" }, invocation("clock"));
      shown = { ranAt };
    } catch (error) {
      report(error);
      shown = { ranAt, trouble: error instanceof Error ? error.message : "an unknown error" };
    }
    running = undefined;
  }

  const now = () => (running ??= fire());
  return {
    now,
    shown: () => shown,
    run: async () => {
      while (!signal.aborted) {
        await now();
        await pause(intervalMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}
