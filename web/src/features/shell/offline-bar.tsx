import { WifiOff } from "lucide-react";
import { useSyncExternalStore } from "react";

export function OfflineBar() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <output className="sticky top-13 z-20 block empty:hidden">
      {!isOnline && (
        <span className="flex items-center justify-center gap-2 bg-warning-soft px-4 py-2 text-sm text-warning-text">
          <WifiOff className="size-4 shrink-0" />
          You’re offline. Your input is kept.
        </span>
      )}
    </output>
  );
}

function subscribe(changed: () => void) {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}
