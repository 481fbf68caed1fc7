import { useCallback, useState } from "react";

/** Holds the subject of a dialog, which stays while the dialog closes. */
export function useOpened<T>() {
  const [shown, setShown] = useState<T>();
  const [isOpen, setOpen] = useState(false);
  const open = useCallback((one: T) => {
    setShown(() => one);
    setOpen(true);
  }, []);
  const close = useCallback(() => setOpen(false), []);
  return { shown, open, close, dialog: { isOpen, onClose: close } };
}
