import { useEffect, useRef } from "react";

/** Puts the cursor into the one field that a page is about, when the page appears. */
export function useInitialFocus() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return field;
}
