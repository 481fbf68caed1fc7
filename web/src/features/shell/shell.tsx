import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { InShell } from "#features/failure/broken-page.tsx";
import { useLatePlace } from "#lib/use-late-place.ts";
import { Header } from "./header.tsx";
import { OfflineBar } from "./offline-bar.tsx";
import { Sidebar } from "./sidebar.tsx";

export function Shell() {
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
