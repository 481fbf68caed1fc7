import { minuteMs } from "@muster/core/base/duration.ts";

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
