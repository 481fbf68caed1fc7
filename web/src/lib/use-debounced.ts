import { useEffect, useState } from "react";

/** The value after it has not changed for this long. Unit: milliseconds. */
export function useDebounced<T>(value: T, stillMs: number) {
  const [debounced, setDebounced] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setDebounced(value), stillMs);
    return () => window.clearTimeout(timer);
  }, [value, stillMs]);
  return debounced;
}
