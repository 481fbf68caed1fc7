import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connected, patient, untilOnlineOr } from "./patient.ts";

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

test("a dialog that is opened without a network opens when the network is back", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline"));
  load.mockRejectedValueOnce(new Error("offline")).mockResolvedValueOnce("dialog");
  const pauses = vi.fn(async () => undefined);
  expect(await connected(load, async () => false, pauses)()).toBe("dialog");
  expect(pauses).toHaveBeenCalledTimes(2);
});

test("a dialog that failed while the network was away for a moment is loaded once more", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  expect(await connected(load, async () => true)()).toBe("dialog");
});

test("a dialog that a deployment has removed fails: waiting does not bring it back", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new Error("not found"));
  await expect(connected(load, async () => true)()).rejects.toThrow("not found");
  expect(load).toHaveBeenCalledTimes(2);
});
