import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./failure.ts";

/** Mutations of this key end the session themselves, and say why it ended. */
export const leavingKey = ["leave"];

/** Server state of the signed-in pages. A request without a valid session ends the session in this tab. */
export function createQueryClient(onSignedOut: () => void) {
  function watch(error: Error) {
    const isLeaving = client.isMutating({ mutationKey: leavingKey }) > 0;
    if (!isLeaving && error instanceof ApiError && error.code === "actor.unauthenticated") {
      onSignedOut();
    }
  }

  const client = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: { staleTime: 15_000, networkMode: "always", retry: mayRetry },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

/** An error stays an error; only a server error is retried once. */
function mayRetry(failures: number, error: Error) {
  const stumbled = !(error instanceof ApiError) || error.status >= 502;
  return stumbled && failures < 1;
}
