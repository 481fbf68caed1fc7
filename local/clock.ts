import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "aws-lambda";
import { invocation } from "./gateway/event.ts";

const minute = 60_000;
export const clockIntervalMs = 5 * minute;
/** The schedules of the stacks, in their order. */
const schedules = [
  { job: "sweep", everyMs: 0 },
  { job: "hour", everyMs: 60 * minute },
  { job: "day", everyMs: 1_440 * minute },
] as const;
const timeoutSeconds = 240;

export type Tick = { job: (typeof schedules)[number]["job"] };
export type ClockHandler = (event: Tick, context: Context) => Promise<unknown>;

export type Clock = {
  /** Runs the function now for all that is due, or waits for the run that is under way. */
  now: () => Promise<void>;
  /** Runs it once somebody has moved the time: a run that is under way began before, so another follows it. */
  moved: () => Promise<void>;
  shown: () => { ranAt?: string; trouble?: string };
  /** At once and then every five minutes, until the signal. */
  run: () => Promise<void>;
};

/** What EventBridge Scheduler does: wakes a function every five minutes, every hour and every day. */
export function openClock(options: {
  handler: ClockHandler;
  signal: AbortSignal;
  report: (error: unknown) => void;
  /** In ms; whoever moves it calls `moved` then. */
  time?: () => number;
  intervalMs?: number;
}): Clock {
  const { handler, signal, report, time = Date.now, intervalMs = clockIntervalMs } = options;
  const firedAt = new Map<string, number>();
  let shown: { ranAt?: string; trouble?: string } = {};
  let running: Promise<void> | undefined;

  async function fire(): Promise<void> {
    const at = time();
    const ranAt = new Date(at).toISOString();
    const next: typeof shown = { ranAt };
    for (const { job, everyMs } of schedules) {
      const last = firedAt.get(job);
      if (last !== undefined && at < last + everyMs) continue;
      try {
        await handler({ job }, invocation("clock", timeoutSeconds));
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
