import { useSyncExternalStore } from "react";

/** Overlays of any signed-in page, at most one at a time. */
export type Overlay = "palette" | "shortcuts";

let shown: Overlay | undefined;
const listeners = new Set<() => void>();

export function showOverlay(overlay: Overlay | undefined) {
  shown = overlay;
  for (const changed of listeners) {
    changed();
  }
}

export function useOverlay() {
  return useSyncExternalStore(subscribe, () => shown);
}

function subscribe(changed: () => void) {
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
  };
}
