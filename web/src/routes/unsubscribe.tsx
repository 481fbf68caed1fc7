import { QueryClientProvider } from "@tanstack/react-query";
import { createFileRoute } from "@tanstack/react-router";
import { useState } from "react";
import { UnsubscribePage } from "#features/unsubscribe/page.tsx";
import { createQueryClient } from "#lib/query-client.ts";

export const Route = createFileRoute("/unsubscribe")({ component: Unsubscribe });

/** Nobody needs to be signed in here. */
function Unsubscribe() {
  const [queryClient] = useState(() => createQueryClient(() => {}));
  return (
    <QueryClientProvider client={queryClient}>
      <UnsubscribePage />
    </QueryClientProvider>
  );
}
