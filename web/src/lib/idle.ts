// A page comes first: what it works without loads when nothing that it needs is on its way, or when somebody begins to
// use it.

import { connected, patient } from "./patient.ts";
import { untilReleased } from "./press.ts";

const checkMs = 100;
/** Two quiet moments in a row: between an answer and what is requested because of it is one. */
const quietChecks = 2;
/** Something that never finishes delays the rest only for so many checks. */
const maxChecks = 100;
const maxWorkMs = 1_000;
/** The first events of somebody who uses the page. */
const intents = ["pointerdown", "keydown"] as const;

let loading = 0;
let waiting: Promise<void> | undefined;
const busy = new Set<() => boolean>();

/** Adds to what keeps the page from being idle. Returns how to remove it. */
export function addBusy(isBusy: () => boolean) {
  busy.add(isBusy);
  return () => void busy.delete(isBusy);
}

/** For a part that is shown with its page: the page waits for it. */
export const needed =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    loading++;
    try {
      return await load();
    } finally {
      loading--;
    }
  };

/**
 * For a part of the page that may come after it, and that the page works without until it loads. It replaces nothing
 * while a pointer or key is pressed.
 */
export const whenIdle =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    await untilIdle();
    const part = await patient(load)();
    await untilReleased();
    return part;
  };

/**
 * For a part that belongs to its page, but not to what the page is opened for: it comes when the page is idle. Without a
 * network it waits for it, and fails only where it is missing, as after a deployment.
 */
export const afterPage =
  <T>(load: () => Promise<T>): (() => Promise<T>) =>
  async () => {
    // sooner than menus and dialogs, which wait for it
    await nextIdle(1);
    const part = await needed(connected(load))();
    await untilReleased();
    return part;
  };

/**
 * For a dialog or another part that somebody opens: loads it before that, and at the latest then. Somebody whose browser
 * saves data pays for nothing that they don't open.
 */
export function ahead<T>(load: () => Promise<T>): () => Promise<T> {
  if (!savesData()) {
    void untilIdle()
      .then(load)
      .catch(() => undefined);
  }
  return connected(load);
}

/** Only Chromium says so. */
type Saving = { connection?: { saveData: boolean } };

const savesData = () => (globalThis.navigator as Saving | undefined)?.connection?.saveData === true;

/** Resolves when the page has what it needs, or somebody begins to use it. */
export function untilIdle(): Promise<void> {
  waiting ??= nextIdle().finally(() => {
    waiting = undefined;
  });
  return waiting;
}

function nextIdle(wanted = quietChecks) {
  return new Promise<void>((resolve) => {
    let quiet = 0;
    let checks = 0;
    const stop = () => {
      for (const name of intents) removeEventListener(name, stop);
      resolve();
    };
    const check = () => {
      const isQuiet = loading === 0 && [...busy].every((isBusy) => !isBusy());
      quiet = isQuiet ? quiet + 1 : 0;
      checks++;
      if (quiet >= wanted || checks >= maxChecks) stop();
      else wait();
    };
    const wait = () => setTimeout(() => afterWork(check), checkMs);
    for (const name of intents) addEventListener(name, stop, { once: true });
    wait();
  });
}

/** Not every browser says when it has nothing to do. */
function afterWork(run: () => void) {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: maxWorkMs });
  else run();
}
