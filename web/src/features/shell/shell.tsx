import { QueryClientProvider } from "@tanstack/react-query";
import { Outlet, useElementScrollRestoration, useLocation, useRouter, useRouterState } from "@tanstack/react-router";
import { WifiOff } from "lucide-react";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { InShell } from "#features/failure/broken-page.tsx";
import { addBusy } from "#lib/idle.ts";
import { leave } from "#lib/leave.ts";
import { createQueryClient } from "#lib/query-client.ts";
import { adoptDrafts, hasSession, isPasskeyOffered, onSessionChange } from "#lib/session.ts";
import { opened } from "#ui/opened.tsx";
import { ReasonTip } from "#ui/reason-tip.tsx";
import { Toaster } from "#ui/toaster.tsx";
import { Header } from "./header.tsx";
import { Sidebar } from "./sidebar.tsx";

/** The frame of all signed-in pages. Its cache begins and ends with the session. */
export function SignedIn() {
  const router = useRouter();
  const [queryClient] = useState(() => {
    adoptDrafts();
    return createQueryClient(() => leave(router, "expired"));
  });

  useEffect(
    () =>
      onSessionChange(() => {
        if (hasSession()) {
          window.location.reload();
        } else {
          void queryClient.invalidateQueries();
        }
      }),
    [queryClient],
  );

  useEffect(() => addBusy(() => queryClient.isFetching() > 0), [queryClient]);
  return (
    <QueryClientProvider client={queryClient}>
      <Shell />
      <Toaster />
      <ReasonTip />
    </QueryClientProvider>
  );
}

const PasskeyOffer = opened(async () => (await import("#features/account/passkey-offer.tsx")).PasskeyOffer);

function Shell() {
  const [isOffered] = useState(isPasskeyOffered);
  const main = useFocusOnArrival();
  useLatePlace();
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[248px_minmax(0,1fr)] print:block">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-primary px-3 py-2 text-sm font-medium text-primary-fg focus:translate-y-0 print:hidden"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-r border-border bg-bg lg:block print:hidden">
        <Sidebar />
      </aside>
      <div className="flex min-w-0 flex-col">
        <div className="contents print:hidden">
          <Header />
          <OfflineBar />
        </div>
        <main
          id="main"
          ref={main}
          tabIndex={-1}
          className="mx-auto w-full max-w-[1120px] px-4 pt-5 pb-24 outline-none sm:px-6 lg:px-10 lg:pt-9"
        >
          {isOffered && <PasskeyOffer />}
          <InShell value={true}>
            <Outlet />
          </InShell>
        </main>
      </div>
    </div>
  );
}

/** After a change of page the keyboard and the screen reader begin at its content, as after a full load. */
function useFocusOnArrival() {
  const main = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  const shown = useRef(path);

  useEffect(() => {
    const isElsewhere = shown.current !== path;
    shown.current = path;
    if (isElsewhere && !main.current?.contains(document.activeElement)) {
      main.current?.focus({ preventScroll: true });
    }
  }, [path]);

  return main;
}

function OfflineBar() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <output className="sticky top-13 z-20 block empty:hidden">
      {!isOnline && (
        <span className="flex items-center justify-center gap-2 bg-warning-soft px-4 py-2 text-sm text-warning-text">
          <WifiOff className="size-4 shrink-0" />
          You’re offline. Your input is kept.
        </span>
      )}
    </output>
  );
}

function subscribe(changed: () => void) {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** The time in which a page may reach its former length. */
const patienceMs = 10_000;

/**
 * Restores the scroll position once the page is loaded again, after a reload or a long time elsewhere: the router
 * scrolls only once, before that. Any input of the person ends it.
 */
function useLatePlace() {
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
