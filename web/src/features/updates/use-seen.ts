import { useCallback, useEffect, useRef } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { markSeen } from "#lib/updates.ts";

/** The time that an update is in view before it counts as seen, and the time to collect such updates. */
const readMs = 1_000;
const maxAtOnce = 50;

/** Marks updates as seen once they have been in view. Returns what each card's element is passed to. */
export function useSeen(organization: Organization | undefined) {
  const id = organization && whyBlocked(organization, "update.markSeen") === undefined ? organization.id : undefined;
  const watcher = useRef<IntersectionObserver>(undefined);
  const waiting = useRef(new Map<Element, string>());
  const timers = useRef(new Map<Element, number>());
  // each is marked once, also if the feed does not say so yet
  const marked = useRef(new Set<string>());

  useEffect(() => {
    if (id === undefined) return undefined;
    const place = id;
    const seen = new Set<string>();
    const running = timers.current;
    let sending: number | undefined;

    function send() {
      sending = undefined;
      const ids = [...seen].slice(0, maxAtOnce);
      for (const one of ids) seen.delete(one);
      // a mark that is lost is made at the next visit
      if (ids.length > 0) void markSeen(place, ids).catch(() => undefined);
      if (seen.size > 0) sending = window.setTimeout(send, readMs);
    }

    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          window.clearTimeout(running.get(target));
          const update = waiting.current.get(target);
          if (!isIntersecting || update === undefined) continue;
          const timer = window.setTimeout(() => {
            observer.unobserve(target);
            if (marked.current.has(update)) return;
            marked.current.add(update);
            seen.add(update);
            sending ??= window.setTimeout(send, readMs);
          }, readMs);
          running.set(target, timer);
        }
      },
      // in the middle of the window, so that a long update counts too
      { rootMargin: "-15% 0px" },
    );
    watcher.current = observer;
    for (const element of waiting.current.keys()) observer.observe(element);
    return () => {
      observer.disconnect();
      for (const timer of running.values()) window.clearTimeout(timer);
      window.clearTimeout(sending);
      send();
    };
  }, [id]);

  return useCallback((element: Element | null, update: string) => {
    if (element === null || marked.current.has(update)) return undefined;
    waiting.current.set(element, update);
    watcher.current?.observe(element);
    return () => {
      window.clearTimeout(timers.current.get(element));
      timers.current.delete(element);
      waiting.current.delete(element);
      watcher.current?.unobserve(element);
    };
  }, []);
}
