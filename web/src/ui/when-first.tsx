import { type ReactNode, Suspense, useState } from "react";

/**
 * Leaves a dialog out until it is first opened, so that its code is not loaded earlier; then it stays, to close
 * smoothly.
 */
export function WhenFirst({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) {
    setWasOpen(true);
  }
  return wasOpen && <Suspense>{children}</Suspense>;
}
