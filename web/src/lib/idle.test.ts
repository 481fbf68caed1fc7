import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { addBusy, afterPage, ahead, needed, untilIdle, whenIdle } from "./idle.ts";
import { watchPresses } from "./press.ts";

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

test("a menu waits until the page has loaded everything that it needs", async () => {
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

test("a page is not idle while a part that it shows is loading; it is when the part has loaded or failed", async () => {
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

test("a page is not idle in the moment between an answer and the request that follows from it", async () => {
  const moments = [true, false, true, false, false];
  const remove = addBusy(() => moments.shift() ?? false);
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(moments).toEqual([]);
  remove();
});

test.each(["pointerdown", "keydown"])("a menu loads as soon as somebody uses the page: %s", async (intent) => {
  const remove = addBusy(() => true);
  const load = vi.fn(async () => "menu");
  const loaded = whenIdle(load)();
  target.dispatchEvent(new Event(intent));
  expect(await loaded).toBe("menu");
  remove();
});

test("a dialog is loaded before it is opened, and once more when it is opened if that failed", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(await open()).toBe("dialog");
});

test("a browser that saves data loads a dialog when it is opened", async () => {
  vi.stubGlobal("navigator", { connection: { saveData: true } });
  const load = vi.fn(async () => "dialog");
  const open = ahead(load);
  await pass();
  expect(load).not.toHaveBeenCalled();
  expect(await open()).toBe("dialog");
});

test("a part of the page that comes after it comes before menus and dialogs", async () => {
  let arrive = (_: string) => {};
  const menu = vi.fn(async () => "menu");
  void whenIdle(menu)();
  const part = afterPage(() => new Promise<string>((resolve) => (arrive = resolve)))();
  await pass(2_000);
  expect(menu).not.toHaveBeenCalled();
  arrive("list");
  expect(await part).toBe("list");
  await pass();
  expect(menu).toHaveBeenCalledOnce();
});

test("a part of the page that comes after it waits for the network, and fails where the site does not have it", async () => {
  const reach = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("/");
  vi.stubGlobal("fetch", reach);
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline")).mockResolvedValue("list");
  const loaded = afterPage(load)();
  expect(load).not.toHaveBeenCalled();
  await pass();
  expect(await loaded).toBe("list");

  const failed = vi.fn();
  void afterPage(() => Promise.reject(new Error("missing")))().catch(failed);
  await pass();
  expect(failed).toHaveBeenCalledWith(new Error("missing"));
});

test("a request that never ends does not delay a menu forever", async () => {
  const remove = addBusy(() => true);
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  await pass();
  expect(load).toHaveBeenCalledOnce();
  remove();
});

test("a page can become idle more than once", async () => {
  void untilIdle();
  await pass();
  const load = vi.fn(async () => "menu");
  void whenIdle(load)();
  expect(load).not.toHaveBeenCalled();
  await pass();
  expect(load).toHaveBeenCalledOnce();
});

test("a menu replaces its button after the press that made it load, so that no click is lost", async () => {
  watchPresses();
  const load = vi.fn(async () => "menu");
  const shown = vi.fn();
  void whenIdle(load)().then(shown);
  target.dispatchEvent(new Event("pointerdown"));
  await pass();
  expect(load).toHaveBeenCalledOnce();
  expect(shown).not.toHaveBeenCalled();
  target.dispatchEvent(new Event("click"));
  await pass();
  expect(shown).toHaveBeenCalledOnce();
});

test("a dialog that is opened without a network fails for nobody: it opens with the network", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new Error("offline")));
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error("offline"));
  load.mockRejectedValueOnce(new Error("offline")).mockResolvedValue("dialog");
  const open = ahead(load);
  await pass();
  const opened = open();
  await pass(1_000);
  target.dispatchEvent(new Event("online"));
  expect(await opened).toBe("dialog");
});
