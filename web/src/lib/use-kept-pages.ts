import { type InfiniteData, type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useElementScrollRestoration } from "@tanstack/react-router";
import { useLayoutEffect, useState } from "react";

/** Longer lists are not fetched again as a whole when somebody comes back to them. */
const maxRefetched = 5;

/**
 * Keeps the pages of long lists for those who come back to them in the history, so that their place is still there.
 * Others begin with the first page. Returns options for the queries under the key.
 */
export function useKeptPages(queryKey: QueryKey) {
  const queryClient = useQueryClient();
  const place = useElementScrollRestoration({ getElement: () => window });
  const [visit] = useState({ isReturn: place !== undefined, queryKey });
  // before the list subscribes, which may fetch again all pages that it finds
  useLayoutEffect(() => {
    keepPages(queryClient, visit);
  }, [queryClient, visit]);
  return { refetchOnMount };
}

type Pages = InfiniteData<unknown, string | undefined>;
type Visit = { isReturn: boolean; queryKey: QueryKey };

/** Leaves all pages of the lists under the key to somebody who comes back, and the first to others. */
export function keepPages(queryClient: QueryClient, { isReturn, queryKey }: Visit) {
  if (!isReturn) {
    queryClient.setQueriesData<Pages>({ queryKey }, (lists) => lists && firstPage(lists));
  }
}

function firstPage({ pages, pageParams }: Pages): Pages {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}

/** A long list is fetched again only when it is known to be out of date. */
export function refetchOnMount({ state }: { state: { isInvalidated: boolean; data: Pages | undefined } }) {
  return state.isInvalidated || (state.data?.pages.length ?? 0) <= maxRefetched;
}
