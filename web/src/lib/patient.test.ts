import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { patient } from "./patient.ts";

let target: EventTarget;
beforeEach(() => {
  vi.useFakeTimers();
  target = new EventTarget();
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a part that does not load is tried again when the network is back, and after longer and longer pauses", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new Error("offline"));
  const loaded = patient(load)();
  await vi.advanceTimersByTimeAsync(4_999);
  expect(load).toHaveBeenCalledTimes(1);
  target.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(0);
  expect(load).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(load).toHaveBeenCalledTimes(3);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(load.mock.calls.length).toBeLessThan(70);
  load.mockResolvedValue("here");
  target.dispatchEvent(new Event("online"));
  // it may have been loading just then
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(await loaded).toBe("here");
});
