import { useSyncExternalStore } from "react";

/**
 * The current time in milliseconds, updated every second or every half minute; one timer per interval for the whole
 * page.
 */
export function useNow(pace: "second" | "halfMinute" = "halfMinute") {
  const clock = clocks[pace];
  return useSyncExternalStore(clock.subscribe, clock.read);
}

const clocks = { second: tick(1_000), halfMinute: tick(30_000) };

function tick(everyMs: number) {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: number | undefined;

  function advance() {
    now = Date.now();
    for (const changed of listeners) {
      changed();
    }
  }

  return {
    read: () => now,
    subscribe: (changed: () => void) => {
      listeners.add(changed);
      timer ??= window.setInterval(advance, everyMs);
      queueMicrotask(advance);
      return () => {
        listeners.delete(changed);
        if (listeners.size === 0) {
          window.clearInterval(timer);
          timer = undefined;
        }
      };
    },
  };
}
