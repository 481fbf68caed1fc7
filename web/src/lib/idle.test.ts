import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addBusy, ahead, needed, untilIdle, whenIdle } from "./idle.ts";

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

test("what a page works without waits until nothing that it needs is on its way", async () => {
  let isBusy = true;
  const remove = addBusy(() => isBusy);
  const load = vi.fn(async () => "menu");
  const loaded = whenIdle(load)();
  await pass(5_000);
  expect(load).not.toHaveBeenCalled();
  isBusy = false;
  await pass();
  expect(await loaded).toBe("menu");
  remove();
});

test("a part that is shown with its page is on its way until it is there, or has failed", async () => {
  let arrive = (_: string) => {};
  let fail = (_: Error) => {};
  const first = needed(() => new Promise<string>((resolve) => (arrive = resolve)))();
  const second = needed(() => new Promise<string>((_, reject) => (fail = reject)))();
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  await pass(2_000);
  arrive("list");
  expect(await first).toBe("list");
  await pass(2_000);
  expect(load).not.toHaveBeenCalled();
  fail(new Error("offline"));
  await expect(second).rejects.toThrow("offline");
  await pass();
  expect(load).toHaveBeenCalledOnce();
});

test("one quiet moment is none: between an answer and what is requested because of it is one", async () => {
  const moments = [true, false, true, false, false];
  const remove = addBusy(() => moments.shift() ?? false);
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(moments).toEqual([]);
  remove();
});

test.each(["pointerdown", "keydown"])(
  "nobody who begins to use the page waits for anything else: %s",
  async (intent) => {
    const remove = addBusy(() => true);
    const load = vi.fn(async () => "menu");
    const loaded = whenIdle(load)();
    target.dispatchEvent(new Event(intent));
    expect(await loaded).toBe("menu");
    remove();
  },
);

test("what somebody opens is loaded ahead, and again when they do if that failed", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(await open()).toBe("dialog");
});

test("what never comes holds nothing back for ever", async () => {
  const remove = addBusy(() => true);
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  await pass();
  expect(load).toHaveBeenCalledOnce();
  remove();
});

test("a page is idle again and again", async () => {
  void untilIdle();
  await pass();
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  expect(load).not.toHaveBeenCalled();
  await pass();
  expect(load).toHaveBeenCalledOnce();
});
