import { type ReactNode, Suspense, useEffect, useState } from "react";
import { toast } from "./toast.ts";

/** What has loaded already is shown sooner. */
const messageMs = 1_000;

/**
 * Leaves a dialog out until it is first opened, so that its code is not loaded earlier; then it stays, to close
 * smoothly.
 */
export function WhenFirst({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) {
    setWasOpen(true);
  }
  return wasOpen && <Suspense fallback={<Waiting />}>{children}</Suspense>;
}

/** Says why nothing opens. */
function Waiting() {
  useEffect(() => {
    const timer = setTimeout(() => {
      if (!navigator.onLine) {
        toast("No connection", { description: "This opens when you’re back online.", type: "error" });
      }
    }, messageMs);
    return () => clearTimeout(timer);
  }, []);
  return null;
}
