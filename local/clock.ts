import { setTimeout as pause } from "node:timers/promises";
import { minuteMs, minuteSeconds } from "@muster/core/base/duration.ts";
import { type Job, schedules, timeoutMinutes } from "@muster/functions/schedule/schedules.ts";
import type { Context } from "aws-lambda";
import { invocation } from "./gateway/event.ts";

/** It ticks as often as the most frequent schedule, and checks each time what else is due. */
const [{ everyMinutes: tickMinutes }] = schedules;

export type Tick = { job: Job };
export type ClockHandler = (event: Tick, context: Context) => Promise<unknown>;

export type Clock = {
  /** Runs the function now for everything that is due, or waits for the current run. */
  now: () => Promise<void>;
  /** Runs it after the time was moved: a current run began before, so another one follows it. */
  moved: () => Promise<void>;
  shown: () => { ranAt?: string; failure?: string };
  /** Runs at once and then at each tick, until it is stopped. */
  run: () => Promise<void>;
};

/** Does what EventBridge Scheduler does: invokes a function on its schedules. */
export function openClock(options: {
  handler: ClockHandler;
  signal: AbortSignal;
  report: (error: unknown) => void;
  /** In ms. Code that moves it then calls `moved`. */
  time?: () => number;
  intervalMs?: number;
}): Clock {
  const { handler, signal, report, time = Date.now, intervalMs = tickMinutes * minuteMs } = options;
  const firedAt = new Map<string, number>();
  let shown: { ranAt?: string; failure?: string } = {};
  let running: Promise<void> | undefined;

  async function fire(): Promise<void> {
    const at = time();
    const ranAt = new Date(at).toISOString();
    const next: typeof shown = { ranAt };
    for (const { job, everyMinutes } of schedules) {
      const last = firedAt.get(job);
      const isEachTick = everyMinutes === tickMinutes;
      if (!isEachTick && last !== undefined && at < last + everyMinutes * minuteMs) continue;
      try {
        await handler({ job }, invocation("clock", timeoutMinutes * minuteSeconds));
        firedAt.set(job, at); // a failed run is retried with the next one, like the scheduler does
      } catch (error) {
        report(error);
        next.failure = error instanceof Error ? error.message : "an unknown error";
      }
    }
    shown = next;
    running = undefined;
  }

  const now = () => (running ??= fire());
  return {
    now,
    // threat: a job that is due by a moved time waits for the next run of the local clock
    moved: () => now().then(now),
    shown: () => shown,
    run: async () => {
      while (!signal.aborted) {
        await now();
        await pause(intervalMs, undefined, { signal }).catch(() => {});
      }
    },
  };
}
