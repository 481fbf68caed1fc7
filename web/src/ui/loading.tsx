import type { ReactNode } from "react";

/** A part of the page that is on its way: skeletons for the eye, a word for the ear. */
export function Loading({ what, className, children }: { what: string; className?: string; children: ReactNode }) {
  return (
    <div aria-busy="true" className={className}>
      <span className="sr-only">Loading {what}…</span>
      {children}
    </div>
  );
}
