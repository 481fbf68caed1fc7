import { useEffect, useRef } from "react";

/** Puts the cursor into the one field that a page is about, when the page appears. */
export function useInitialFocus<T extends HTMLElement = HTMLInputElement>() {
  const field = useRef<T>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
