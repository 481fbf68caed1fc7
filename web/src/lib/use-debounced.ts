import { useEffect, useState } from "react";

/** The value as it was when it last stood still for so long. Unit: milliseconds. */
export function useDebounced<T>(value: T, stillMs: number) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), stillMs);
    return () => window.clearTimeout(timer);
  }, [value, stillMs]);
  return settled;
}
