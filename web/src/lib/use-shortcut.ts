import { useEffect, useRef } from "react";

type Act = (() => void) | undefined;

/** Calls back when a key is pressed alone, outside of fields and dialogs; `undefined` switches it off. */
export function useShortcut(key: string, act: Act) {
  useKeyDown(act, (event) => isAlone(event, key) && !isTyping(event.target));
}

/** Calls back on a key that is meant, unless a dialog is open: whoever has a question before them answers that first. */
export function useKeyDown(act: Act, isMeant: (event: KeyboardEvent) => boolean) {
  const latest = useRef({ act, isMeant });
  useEffect(() => {
    latest.current = { act, isMeant };
  });
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      const isFree = !event.defaultPrevented && !event.repeat && !event.isComposing && !isDialogOpen();
      if (latest.current.act && isFree && latest.current.isMeant(event)) {
        event.preventDefault();
        latest.current.act();
      }
    }
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

/** A sign may take the shift key to type; a letter does not. */
function isAlone(event: KeyboardEvent, key: string) {
  const isHeld = event.metaKey || event.ctrlKey || event.altKey || (event.shiftKey && /[a-z]/.test(key));
  return event.key.toLowerCase() === key && !isHeld;
}

function isTyping(target: EventTarget | null) {
  const fields =
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu], [role=listbox]";
  return target instanceof Element && target.closest(fields) !== null;
}

function isDialogOpen() {
  return document.querySelector(":is([role=dialog], [role=alertdialog])[data-open]") !== null;
}
