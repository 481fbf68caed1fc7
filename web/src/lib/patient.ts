import { minuteMs } from "@muster/core/base/duration.ts";
import { isReachable } from "./lost-chunk.ts";

const firstPauseMs = 5_000;
const maxPauseMs = minuteMs;

/**
 * For a part that the page works without: where it does not load, it is tried again until it does, soonest when the
 * network is back. So a lost connection takes nothing away that is there.
 */
export const patient =
  <T>(load: () => Promise<T>, pause = untilOnlineOr): (() => Promise<T>) =>
  async () => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        return await load();
      } catch {
        await pause(pauseMs);
      }
    }
  };

/**
 * For a part that somebody opens: without a network it waits for it. It fails only where the site can be reached, but
 * the part is missing, as after a deployment.
 */
export const connected =
  <T>(load: () => Promise<T>, isThere = isReachable, pause = untilOnlineOr): (() => Promise<T>) =>
  async () => {
    for (;;) {
      try {
        return await load();
      } catch {
        if (await isThere()) return load();
        await pause(firstPauseMs);
      }
    }
  };

/** Waits so long, or until the network is back. */
export function untilOnlineOr(ms: number): Promise<void> {
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
