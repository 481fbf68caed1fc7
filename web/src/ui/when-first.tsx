import { type ReactNode, Suspense, useState } from "react";

/** Leaves a dialog out until it is first wanted, so that its code comes no earlier; then it stays, to close gently. */
export function WhenFirst({ isOpen, children }: { isOpen: boolean; children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) {
    setWasOpen(true);
  }
  return wasOpen && <Suspense>{children}</Suspense>;
}
