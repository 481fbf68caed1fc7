import type { ReactNode } from "react";

/** A part of the page that is loading: skeletons to see, a word for screen readers. */
export function Loading({ what, className, children }: { what: string; className?: string; children: ReactNode }) {
  return (
    <div aria-busy="true" className={className}>
      <span className="sr-only">Loading {what}…</span>
      {children}
    </div>
  );
}
