import { useElementScrollRestoration, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";

/** How long a page may take to reach its former length. */
const patienceMs = 10_000;

/**
 * Restores the scroll position once the page is loaded again, after a reload or a long time elsewhere: the router
 * scrolls only once, before that. Any input of the person ends it.
 */
export function useLatePlace() {
  const visit = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation });
  const top = useElementScrollRestoration({ getElement: () => window })?.scrollY;

  useEffect(() => (visit !== undefined && top !== undefined ? scrollAsItGrows(top) : undefined), [visit, top]);
}

function scrollAsItGrows(top: number) {
  const observer = new ResizeObserver(() => window.scrollTo(0, top));
  const end = () => observer.disconnect();
  const timer = window.setTimeout(end, patienceMs);
  const actions = ["wheel", "touchstart", "pointerdown", "keydown"];
  observer.observe(document.body);
  actions.forEach((name) => window.addEventListener(name, end, { passive: true }));
  return () => {
    end();
    window.clearTimeout(timer);
    actions.forEach((name) => window.removeEventListener(name, end));
  };
}
