import { useEffect, useRef, useState } from "react";
import { useDebounced } from "./use-debounced.ts";

/** The input, passed on when it has not changed for this long; a value from elsewhere replaces it. Unit: milliseconds. */
export function useTypedText(text: string, onText: (text: string) => void, typingMs: number) {
  const [typed, setTyped] = useState(text);
  const settled = useDebounced(typed, typingMs);
  const reported = useRef(text);
  const report = useRef(onText);

  useEffect(() => {
    report.current = onText;
  });
  useEffect(() => {
    if (settled.trim() !== reported.current) {
      reported.current = settled.trim();
      report.current(reported.current);
    }
  }, [settled]);
  useEffect(() => {
    if (text !== reported.current) {
      reported.current = text;
      setTyped(text);
    }
  }, [text]);
  return [typed, setTyped] as const;
}
