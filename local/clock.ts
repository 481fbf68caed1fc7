import { setTimeout as pause } from "node:timers/promises";
import { minuteMs, minuteSeconds } from "@muster/core/base/duration.ts";
import { type Job, schedules, timeoutMinutes } from "@muster/functions/schedule/schedules.ts";
import type { Context } from "aws-lambda";
import { invocation } from "./gateway/event.ts";

/** It ticks as often as the most frequent schedule, and looks each time what else is due. */
const [{ everyMinutes: tickMinutes }] = schedules;

export type Tick = { job: Job };
export type ClockHandler = (event: Tick, context: Context) => Promise<unknown>;

export type Clock = {
  /** Runs the function now for all that is due, or waits for the run that is under way. */
  now: () => Promise<void>;
  /** Runs it once somebody has moved the time: a run that is under way began before, so another follows it. */
  moved: () => Promise<void>;
  shown: () => { ranAt?: string; trouble?: string };
  /** At once and then as often as it ticks, until the signal. */
  run: () => Promise<void>;
};

/** What EventBridge Scheduler does: wakes a function by its schedules. */
export function openClock(options: {
  handler: ClockHandler;
  signal: AbortSignal;
  report: (error: unknown) => void;
  /** In ms; whoever moves it calls `moved` then. */
  time?: () => number;
  intervalMs?: number;
}): Clock {
  const { handler, signal, report, time = Date.now, intervalMs = tickMinutes * minuteMs } = options;
  const firedAt = new Map<string, number>();
  let shown: { ranAt?: string; trouble?: string } = {};
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
        firedAt.set(job, at); // what fails is tried again with the next run, as the scheduler does it
      } catch (error) {
        report(error);
        next.trouble = error instanceof Error ? error.message : "an unknown error";
      }
    }
    shown = next;
    running = undefined;
  }

  const now = () => (running ??= fire());
  return {
    now,
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
