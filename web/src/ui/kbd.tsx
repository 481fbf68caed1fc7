import type { ReactNode } from "react";

/** A key that does the same; nothing that a finger could press. */
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
