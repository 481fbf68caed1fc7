import { QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { addBusy } from "#lib/idle.ts";
import { leave } from "#lib/leave.ts";
import { createQueryClient } from "#lib/query-client.ts";
import { adoptDrafts, hasSession, onSessionChange } from "#lib/session.ts";
import { ReasonTip } from "#ui/reason-tip.tsx";
import { Toaster } from "#ui/toaster.tsx";
import { Shell } from "./shell.tsx";

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
