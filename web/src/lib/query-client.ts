import {
  type InvalidateOptions,
  type InvalidateQueryFilters,
  MutationCache,
  QueryCache,
  QueryClient,
} from "@tanstack/react-query";
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

  const client = new Client({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({ onError: watch }),
    defaultOptions: {
      queries: { staleTime: 15_000, networkMode: "always", retry: mayRetry },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

class Client extends QueryClient {
  /**
   * A query that loads for the first time keeps its request when it is invalidated, and what it answers may be older than
   * the change: it is invalidated once more when it has loaded.
   */
  override async invalidateQueries(filters?: InvalidateQueryFilters, options?: InvalidateOptions): Promise<void> {
    // threat: a change stays out of sight, because the page was still loading what was before it
    // threat: each change loads everything twice that is loading
    const loading = this.getQueryCache()
      .findAll({ ...filters, fetchStatus: "fetching" })
      .filter(({ state }) => state.data === undefined);
    const again = loading.map(async ({ promise, queryKey }) => {
      await promise?.catch(() => undefined);
      await super.invalidateQueries({ ...filters, queryKey, exact: true }, options);
    });
    await Promise.all([super.invalidateQueries(filters, options), ...again]);
  }
}

/** An error stays an error; only a server error is retried once. */
function mayRetry(failures: number, error: Error) {
  const stumbled = !(error instanceof ApiError) || error.status >= 502;
  return stumbled && failures < 1;
}
