import type { ReactNode } from "react";

/** The look of a link that is one of several views of the same page; the router marks the current one. */
export const tabClass =
  "relative -mb-px flex h-10 shrink-0 items-center gap-2 border-b-2 border-transparent text-sm font-medium text-fg-2 hover:text-fg data-[status=active]:border-fg data-[status=active]:text-fg";

export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav aria-label={label} className="flex gap-5 overflow-x-auto border-b border-border">
      {children}
    </nav>
  );
}

export function TabCount({ children }: { children: ReactNode }) {
  return (
    <span className="tabular rounded-full bg-surface-3 px-1.5 text-xs leading-5 font-medium text-fg-2">{children}</span>
  );
}
