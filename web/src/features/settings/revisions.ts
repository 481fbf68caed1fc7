import { useEffect } from "react";
import type { Revision, RevisionChange } from "#lib/setting-layers.ts";
import { reaches } from "./history-diff.ts";

/** The revisions that are loaded, and how more are. */
export type RevisionList = {
  data: { pages: { items: Revision[] }[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: () => Promise<unknown>;
};

/** The teams that there are, once they are loaded, and how one is called. */
export type Teams = {
  isLoaded: boolean;
  /** Why they did not load. */
  failure: { error: Error | null; isFetching: boolean; refetch: () => unknown } | undefined;
  hasTeam: (team: string) => boolean;
  teamName: (change: RevisionChange) => string | undefined;
};

/** Returns the revisions once those between two are loaded, and loads them. */
export function useRevisionsBetween(list: RevisionList, from: number, to: number) {
  const revisions = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const isThere = reaches(revisions, from, to);
  const wants = !isThere && list.hasNextPage && !list.isFetching && !list.isFetchNextPageError;
  const { fetchNextPage } = list;
  useEffect(() => {
    if (wants) {
      void fetchNextPage();
    }
  }, [wants, fetchNextPage]);
  // a revision that cannot be read is left out of the list: what is there is compared
  return isThere || !list.hasNextPage ? revisions : undefined;
}
