import { useEffect, useState } from "react";

const pauseMs = 8_000;

/** A sentence for a live region that follows frequent changes, but never says two things in quick succession. */
export function useSpoken(sentence: string) {
  const [spoken, setSpoken] = useState({ sentence, at: 0 });
  useEffect(() => {
    if (sentence === spoken.sentence) {
      return undefined;
    }
    const wait = Math.max(0, spoken.at + pauseMs - Date.now());
    const timer = window.setTimeout(() => setSpoken({ sentence, at: Date.now() }), wait);
    return () => window.clearTimeout(timer);
  }, [sentence, spoken]);
  return spoken.sentence;
}
