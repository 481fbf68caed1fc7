import { QueryClientProvider } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { leave } from "#lib/leave.ts";
import { createQueryClient } from "#lib/query-client.ts";
import { adoptDrafts, hasSession, onSessionChange } from "#lib/session.ts";
import { Toaster } from "#ui/toast.tsx";
import { Shell } from "./shell.tsx";

/** What all signed-in pages stand on. Its cache lives and dies with the session. */
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

  return (
    <QueryClientProvider client={queryClient}>
      <Toaster>
        <Shell />
      </Toaster>
    </QueryClientProvider>
  );
}
