import { useElementScrollRestoration, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";

/** A page may take so long to become as long as it was. */
const patienceMs = 10_000;

/**
 * Brings somebody to the place that they left when what is on the page is loaded again, after a reload or a long time
 * elsewhere: the router scrolls once, before it is there. What they do themselves ends it.
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
