import type { ReactNode } from "react";
import { focusNow } from "#lib/focus-now.ts";
import { Banner } from "#ui/banner.tsx";

/** Why the request failed, scrolled into view however long the list above it is. A key makes each failure a new one. */
export function Refusal({ children }: { children: ReactNode }) {
  return (
    <div ref={focusNow} tabIndex={-1} className="rounded-lg">
      <Banner tone="danger">{children}</Banner>
    </div>
  );
}
