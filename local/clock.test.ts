import { expect, test } from "vitest";
import { openClock } from "./clock.ts";

test("the clock runs its function at once for all schedules, then for those that are due, until it is stopped", async () => {
  const abort = new AbortController();
  const events: string[] = [];
  let at = Date.UTC(2026, 10, 25);
  const clock = openClock({
    handler: async ({ job }) => {
      events.push(job);
      if (events.length === 4) at += 3_600_000;
      if (events.length === 6) abort.abort();
    },
    time: () => at,
    signal: abort.signal,
    report: () => {},
    intervalMs: 1,
  });
  await clock.run();
  expect(events).toEqual(["sweep", "hour", "day", "sweep", "sweep", "hour"]);
  expect(clock.shown().ranAt).toMatch(/^\d{4}-/);
});

test("a run that fails is reported and shown, and the next one clears it", async () => {
  const reported: unknown[] = [];
  const done: string[] = [];
  let fails = true;
  const clock = openClock({
    handler: async ({ job }) => {
      if (fails) throw new Error("no engine");
      done.push(job);
    },
    signal: new AbortController().signal,
    report: (error) => void reported.push(error),
  });
  await clock.now();
  expect(clock.shown().failure).toBe("no engine");
  expect(reported).toHaveLength(3);
  fails = false;
  await clock.now();
  expect(clock.shown().failure).toBeUndefined();
  expect(done).toEqual(["sweep", "hour", "day"]);
});

test("two concurrent requests share one run", async () => {
  const events: string[] = [];
  const clock = openClock({
    handler: async ({ job }) => void events.push(job),
    signal: new AbortController().signal,
    report: () => {},
  });
  await Promise.all([clock.now(), clock.now()]);
  expect(events).toEqual(["sweep", "hour", "day"]);
});

test("what becomes due because somebody moves the time during a run is done right after it", async () => {
  const events: string[] = [];
  let at = Date.UTC(2026, 10, 25);
  let moved: Promise<void> | undefined;
  const clock = openClock({
    handler: async ({ job }) => {
      events.push(job);
      if (events.length > 3 || job !== "day") return;
      at += 86_400_000;
      moved = clock.moved();
    },
    time: () => at,
    signal: new AbortController().signal,
    report: () => {},
  });
  await clock.now();
  await moved;
  expect(events).toEqual(["sweep", "hour", "day", "sweep", "hour", "day"]);
});
