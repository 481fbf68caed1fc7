import { expect, test } from "vitest";
import { openClock } from "./clock.ts";

test("the clock runs its function at once and then again and again, until the signal", async () => {
  const abort = new AbortController();
  const events: unknown[] = [];
  const clock = openClock({
    handler: async (event) => {
      events.push(event);
      if (events.length === 3) abort.abort();
    },
    signal: abort.signal,
    report: () => {},
    intervalMs: 1,
  });
  await clock.run();
  expect(events).toEqual([{ job: "sweep" }, { job: "sweep" }, { job: "sweep" }]);
  expect(clock.shown().ranAt).toMatch(/^\d{4}-/);
});

test("a run that fails is reported and shown, and the next one clears it", async () => {
  const reported: unknown[] = [];
  let fails = true;
  const clock = openClock({
    handler: async () => {
      if (fails) throw new Error("no engine");
    },
    signal: new AbortController().signal,
    report: (error) => void reported.push(error),
  });
  await clock.now();
  expect(clock.shown().trouble).toBe("no engine");
  expect(reported).toHaveLength(1);
  fails = false;
  await clock.now();
  expect(clock.shown().trouble).toBeUndefined();
});

test("two who want it at once share one run", async () => {
  let runs = 0;
  const clock = openClock({
    handler: async () => void runs++,
    signal: new AbortController().signal,
    report: () => {},
  });
  await Promise.all([clock.now(), clock.now()]);
  expect(runs).toBe(1);
});
