import type { ReactNode } from "react";

/** A keyboard shortcut; hidden on touch devices. */
export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd
      aria-hidden
      className="grid h-5 min-w-5 place-items-center rounded border border-border bg-surface-2 px-1 font-sans text-xs text-fg-3 pointer-coarse:hidden"
    >
      {children}
    </kbd>
  );
}
