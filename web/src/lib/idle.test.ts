import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addBusy, ahead } from "./idle.ts";

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

const pass = (ms = 60_000) => vi.advanceTimersByTimeAsync(ms);
const isAway = () => vi.stubGlobal("fetch", () => Promise.reject(new Error("offline")));
const isThere = () => vi.stubGlobal("fetch", async () => undefined);

test("a dialog is loaded when the page has what it needs", async () => {
  let isBusy = true;
  const remove = addBusy(() => isBusy);
  const load = vi.fn(async () => "dialog");
  const open = ahead(load);
  await pass(5_000);
  expect(load).not.toHaveBeenCalled();
  isBusy = false;
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(await open()).toBe("dialog");
  remove();
});

test("a page is not idle in the moment between an answer and the request that follows from it", async () => {
  const moments = [true, false, true, false, false];
  const remove = addBusy(() => moments.shift() ?? false);
  const load = vi.fn(async () => "dialog");
  ahead(load);
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(moments).toEqual([]);
  remove();
});

test.each(["pointerdown", "keydown"])("a dialog is loaded as soon as somebody uses the page: %s", async (intent) => {
  const remove = addBusy(() => true);
  const load = vi.fn(async () => "dialog");
  ahead(load);
  target.dispatchEvent(new Event(intent));
  await pass(0);
  expect(load).toHaveBeenCalledOnce();
  remove();
});

test("a browser that saves data loads a dialog when it is opened", async () => {
  vi.stubGlobal("navigator", { connection: { saveData: true } });
  const load = vi.fn(async () => "dialog");
  const open = ahead(load);
  await pass();
  expect(load).not.toHaveBeenCalled();
  expect(await open()).toBe("dialog");
});

test("a request that never ends does not delay a dialog forever", async () => {
  const remove = addBusy(() => true);
  const load = vi.fn(async () => "dialog");
  ahead(load);
  await pass();
  expect(load).toHaveBeenCalledOnce();
  remove();
});

test("a page can become idle more than once", async () => {
  ahead(async () => "another dialog");
  await pass();
  const load = vi.fn(async () => "dialog");
  ahead(load);
  expect(load).not.toHaveBeenCalled();
  await pass();
  expect(load).toHaveBeenCalledOnce();
});

test("a dialog that did not load ahead is loaded when it is opened", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(await open()).toBe("dialog");
});

test("a dialog that failed while the network was away for a moment is loaded once more", async () => {
  isThere();
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("ahead"));
  load.mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  expect(await open()).toBe("dialog");
});

test("a dialog that is opened without a network opens with the network, and tries again until then", async () => {
  isAway();
  const load = vi.fn<() => Promise<string>>();
  for (let failed = 0; failed < 3; failed++) load.mockRejectedValueOnce(new Error("offline"));
  load.mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  const opened = open();
  await pass(6_000);
  expect(load).toHaveBeenCalledTimes(3);
  target.dispatchEvent(new Event("online"));
  expect(await opened).toBe("dialog");
});

test("a dialog that a deployment has removed fails: waiting does not bring it back", async () => {
  isThere();
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new Error("not found"));
  const open = ahead(load);
  await pass();
  await expect(open()).rejects.toThrow("not found");
  expect(load).toHaveBeenCalledTimes(3);
});
