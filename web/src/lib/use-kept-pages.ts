import { type InfiniteData, type QueryClient, type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useElementScrollRestoration } from "@tanstack/react-router";
import { useLayoutEffect, useState } from "react";

/** Longer lists are not refetched as a whole when somebody comes back to them. */
const maxRefetched = 5;

/**
 * Keeps the pages of long lists for navigation back in the history, so that the scroll position still exists. Others
 * begin with the first page. Returns options for the queries under the key.
 */
export function useKeptPages(queryKey: QueryKey) {
  const queryClient = useQueryClient();
  const place = useElementScrollRestoration({ getElement: () => window });
  const [visit] = useState({ isReturn: place !== undefined, queryKey });
  // before the list subscribes, which may refetch all pages that it finds
  useLayoutEffect(() => {
    keepPages(queryClient, visit);
  }, [queryClient, visit]);
  return { refetchOnMount };
}

type Pages = InfiniteData<unknown, string | undefined>;
type Visit = { isReturn: boolean; queryKey: QueryKey };

/** Leaves all pages of the lists under the key for navigation back, and the first page for others. */
export function keepPages(queryClient: QueryClient, { isReturn, queryKey }: Visit) {
  // threat: a long list forgets the place of somebody who comes back
  if (!isReturn) {
    // threat: a list that was scrolled far is fetched again page by page by everybody who opens it
    queryClient.setQueriesData<Pages>({ queryKey }, (lists) => lists && firstPage(lists));
  }
}

function firstPage({ pages, pageParams }: Pages): Pages {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}

/** A long list is refetched only if it is known to be out of date. */
export function refetchOnMount({ state }: { state: { isInvalidated: boolean; data: Pages | undefined } }) {
  // threat: a person who returns to a long list waits for all its pages again
  return state.isInvalidated || (state.data?.pages.length ?? 0) <= maxRefetched;
}
