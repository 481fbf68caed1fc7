import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";

/** The look of a link that is one of several views of the same page; the router marks the current one. */
export const tabClass =
  "relative -mb-px flex h-10 shrink-0 items-center gap-2 border-b-2 border-transparent text-sm font-medium text-fg-2 hover:text-fg data-[status=active]:border-fg data-[status=active]:text-fg";

export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  const strip = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => {
    const show = () => showCurrent(strip.current);
    show();
    return router.subscribe("onRendered", show);
  }, [router]);
  return (
    <nav ref={strip} aria-label={label} className="flex gap-5 overflow-x-auto border-b border-border">
      {children}
    </nav>
  );
}

/** Moves the current tab to the middle of the strip, where not all fit; the page stays where it is. */
function showCurrent(strip: HTMLElement | null) {
  const current = strip?.querySelector("[data-status=active]")?.getBoundingClientRect();
  if (strip && current) {
    const { left, width } = strip.getBoundingClientRect();
    strip.scrollLeft += current.left + current.width / 2 - (left + width / 2);
  }
}

export function TabCount({ children }: { children: ReactNode }) {
  return (
    <span className="tabular rounded-full bg-surface-3 px-1.5 text-xs leading-5 font-medium text-fg-2">{children}</span>
  );
}
