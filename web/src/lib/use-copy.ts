import { useEffect, useState } from "react";

/** Copies text and says so for two seconds. */
export function useCopy() {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (copied) {
      const timer = window.setTimeout(() => setCopied(false), 2_000);
      return () => window.clearTimeout(timer);
    }
    return undefined;
  }, [copied]);

  async function copy(text: string) {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  }

  return { copied, copy };
}
