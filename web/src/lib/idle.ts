// What somebody opens on a page is loaded when nothing that the page needs is on its way, or when somebody begins to use
// it; at the latest when it is opened.

import { isReachable } from "./lost-chunk.ts";

const checkMs = 100;
/** Two quiet moments in a row: between an answer and what is requested because of it is one. */
const quietChecks = 2;
/** Something that never finishes delays the rest only for so many checks. */
const maxChecks = 100;
const maxWorkMs = 1_000;
const retryMs = 5_000;
/** The first events of somebody who uses the page. */
const intents = ["pointerdown", "keydown"] as const;

let waiting: Promise<void> | undefined;
const busy = new Set<() => boolean>();

/** Adds to what keeps the page from being idle. Returns how to remove it. */
export function addBusy(isBusy: () => boolean) {
  busy.add(isBusy);
  return () => void busy.delete(isBusy);
}

/**
 * For a dialog or another part that somebody opens: loads it before that, and at the latest then. Somebody whose browser
 * saves data pays for nothing that they don't open. Without a network it waits for it; it fails only where the site can
 * be reached, but the part is missing, as after a deployment.
 */
export function ahead<T>(load: () => Promise<T>): () => Promise<T> {
  if (!savesData()) {
    void untilIdle()
      .then(load)
      .catch(() => undefined);
  }
  return async () => {
    for (;;) {
      try {
        return await load();
      } catch {
        // threat: a dialog that is opened without a network breaks the page until a reload
        if (await isReachable()) return load();
        await untilOnlineOr(retryMs);
      }
    }
  };
}

/** Only Chromium says so. */
type Saving = { connection?: { saveData: boolean } };

const savesData = () => (globalThis.navigator as Saving | undefined)?.connection?.saveData === true;

/** Resolves when the page has what it needs, or somebody begins to use it. */
function untilIdle(): Promise<void> {
  waiting ??= nextIdle().finally(() => {
    waiting = undefined;
  });
  return waiting;
}

function nextIdle() {
  return new Promise<void>((resolve) => {
    let quiet = 0;
    let checks = 0;
    const stop = () => {
      for (const name of intents) removeEventListener(name, stop);
      resolve();
    };
    const check = () => {
      quiet = [...busy].some((isBusy) => isBusy()) ? 0 : quiet + 1;
      checks++;
      if (quiet >= quietChecks || checks >= maxChecks) stop();
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

/** Waits so long, or until the network is back. */
function untilOnlineOr(ms: number): Promise<void> {
  return new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
