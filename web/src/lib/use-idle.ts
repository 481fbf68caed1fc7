import { useEffect, useState } from "react";
import { untilIdle } from "./idle.ts";

/** Whether the page has what it needs first, so that the rest may be requested. */
export function useIdle(): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    let isGone = false;
    void untilIdle().then(() => isGone || setIdle(true));
    return () => {
      isGone = true;
    };
  }, []);
  return isIdle;
}
