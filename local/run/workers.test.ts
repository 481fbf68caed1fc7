import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { finish } from "./workers.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const endless = new Promise<void>(() => {});

test("Muster stops as soon as no work is running", async () => {
  let isStopped = false;
  void finish([Promise.resolve(), Promise.resolve()]).then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(0);
  expect(isStopped).toBe(true);
});

test("work that does not end is cut off after five seconds", async () => {
  let isStopped = false;
  const stopped = finish([Promise.resolve(), endless]).then(() => (isStopped = true));
  await vi.advanceTimersByTimeAsync(4_900);
  expect(isStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(isStopped).toBe(true);
  await stopped;
});
