import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { untilReleased, watchPresses } from "./press.ts";

const target = new EventTarget();
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
  watchPresses();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const fire = (name: string) => target.dispatchEvent(new Event(name));

async function isReleased() {
  const released = vi.fn();
  void untilReleased().then(released);
  await vi.advanceTimersByTimeAsync(0);
  return released.mock.calls.length > 0;
}

test("nothing is pressed until somebody presses it", async () => {
  expect(await isReleased()).toBe(true);
});

test.each([
  ["a pointer", "pointerdown", "click"],
  ["a pointer that scrolls", "pointerdown", "pointercancel"],
  ["a key", "keydown", "keyup"],
  ["a key that leads to another window", "keydown", "blur"],
])("%s is pressed from %s to %s", async (_, down, up) => {
  fire(down);
  expect(await isReleased()).toBe(false);
  fire(up);
  expect(await isReleased()).toBe(true);
});

test("a release is followed by its click: what waits goes on after it, or when none comes", async () => {
  fire("pointerdown");
  const released = vi.fn();
  void untilReleased().then(released);
  fire("pointerup");
  await vi.advanceTimersByTimeAsync(300);
  expect(released).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(100);
  expect(released).toHaveBeenCalledOnce();
});

test("the next press holds back what the last release would have let go", async () => {
  fire("pointerdown");
  fire("pointerup");
  fire("pointerdown");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await isReleased()).toBe(false);
  fire("click");
  expect(await isReleased()).toBe(true);
});
