import { useEffect, useRef } from "react";

/** Calls back when a key is pressed alone, outside of fields and dialogs; `undefined` switches it off. */
export function useShortcut(key: string, act: (() => void) | undefined) {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      const isPlain = !event.metaKey && !event.ctrlKey && !event.altKey;
      if (latest.current && isPlain && event.key.toLowerCase() === key && !isBusyElsewhere(event.target)) {
        event.preventDefault();
        latest.current();
      }
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [key]);
}

function isBusyElsewhere(target: EventTarget | null) {
  const busy =
    "input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]";
  return target instanceof Element && target.closest(busy) !== null;
}
