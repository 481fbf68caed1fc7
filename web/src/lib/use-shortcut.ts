import { useEffect, useRef } from "react";

type Act = (() => void) | undefined;

/** Calls back when a key is pressed alone, outside of fields and dialogs; `undefined` disables it. */
export function useShortcut(key: string, act: Act) {
  useKeyDown(act, (event) => isAlone(event, key) && !isTyping(event.target));
}

/** Calls back on a matching key, unless a dialog is open, which must be answered first. */
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

/** A symbol may need the shift key; a letter does not. */
function isAlone(event: KeyboardEvent, key: string) {
  const isHeld = event.metaKey || event.ctrlKey || event.altKey || (event.shiftKey && /[a-z]/.test(key));
  return event.key.toLowerCase() === key && !isHeld;
}

/** A dialog that is closing keeps the focus until it is gone; what is typed then is not meant for its fields. */
function isTyping(target: EventTarget | null) {
  const fields =
    "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=menu], [role=listbox]";
  return target instanceof Element && target.closest(fields) !== null && target.closest("[data-closed]") === null;
}

/** A dialog that is closing is still in the page. */
export function isDialogOpen() {
  return document.querySelector(":is([role=dialog], [role=alertdialog])[data-open]") !== null;
}
