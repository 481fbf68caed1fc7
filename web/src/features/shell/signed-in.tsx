import { QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { loadFailureViews } from "#features/failure/view.tsx";
import { addBusy, untilIdle, whenIdle } from "#lib/idle.ts";
import { leave } from "#lib/leave.ts";
import { createQueryClient } from "#lib/query-client.ts";
import { adoptDrafts, hasSession, onSessionChange } from "#lib/session.ts";
import { Shell } from "./shell.tsx";

/** They come after the page: nothing is said in the first moment. */
const Toaster = lazy(whenIdle(() => import("#ui/toaster.tsx").then((file) => ({ default: file.Toaster }))));

const ReasonTip = lazy(whenIdle(() => import("#ui/reason-tip.tsx").then((file) => ({ default: file.ReasonTip }))));

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
  useEffect(
    () =>
      void untilIdle()
        .then(loadFailureViews)
        .catch(() => undefined),
    [],
  );

  return (
    <QueryClientProvider client={queryClient}>
      <Shell />
      <Suspense>
        <Toaster />
        <ReasonTip />
      </Suspense>
    </QueryClientProvider>
  );
}
