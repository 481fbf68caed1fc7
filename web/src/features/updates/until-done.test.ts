import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilDone } from "./until-done.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what fails is repeated until it succeeds, or is stopped", async () => {
  const action = vi.fn(() => Promise.resolve());
  action.mockRejectedValueOnce(new Error("The network is gone."));
  untilDone(action);
  await vi.runAllTimersAsync();
  expect(action).toHaveBeenCalledTimes(2);

  action.mockRejectedValueOnce(new Error("The network is gone."));
  const stop = untilDone(action);
  await vi.advanceTimersByTimeAsync(0);
  stop();
  await vi.runAllTimersAsync();
  expect(action).toHaveBeenCalledTimes(3);
});
