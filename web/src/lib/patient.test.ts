import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { patient, untilOnlineOr } from "./patient.ts";

let target: EventTarget;
beforeEach(() => {
  target = new EventTarget();
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
});
afterEach(() => vi.unstubAllGlobals());

test("a part that does not load is tried again until it does, after longer and longer pauses", async () => {
  const load = vi.fn<() => Promise<string>>();
  for (let failed = 0; failed < 6; failed++) load.mockRejectedValueOnce(new Error("offline"));
  load.mockResolvedValueOnce("here");
  const pausesMs: number[] = [];
  const loaded = patient(load, async (ms) => void pausesMs.push(ms))();
  expect(await loaded).toBe("here");
  expect(pausesMs).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
});

test("a pause ends when its time is over, and at once when the network is back", async () => {
  await expect(untilOnlineOr(1)).resolves.toBeUndefined();
  const hour = untilOnlineOr(3_600_000);
  target.dispatchEvent(new Event("online"));
  await expect(hour).resolves.toBeUndefined();
});
