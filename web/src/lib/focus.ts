import { useEffect, useRef } from "react";

/** Focuses the main field of a page when it appears. */
export function useInitialFocus<T extends HTMLElement = HTMLInputElement>() {
  const field = useRef<T>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}

/** Gives an element the focus as soon as it exists, as its ref, so that nothing else gets it first. */
export function focusNow(element: HTMLElement | null) {
  element?.focus();
}
