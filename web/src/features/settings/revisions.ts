import { useEffect } from "react";
import type { Revision, RevisionChange } from "#lib/setting-layers.ts";
import { reaches } from "./history-diff.ts";

/** The revisions that are loaded, and how more are. */
export type RevisionList = {
  data: { pages: { items: Revision[] }[] } | undefined;
  hasNextPage: boolean;
  isFetching: boolean;
  error: Error | null;
  fetchNextPage: () => Promise<unknown>;
  refetch: () => Promise<unknown>;
};

/** An error of loading, and the way to load again. */
export type Failure = { error: Error | null; isFetching: boolean; refetch: () => unknown };

/** The teams that there are, once they are loaded, and how one is called. */
export type Teams = {
  isLoaded: boolean;
  failure: Failure | undefined;
  hasTeam: (team: string) => boolean;
  teamName: (change: RevisionChange) => string | undefined;
};

/** Returns the revisions once those between two are loaded, and loads them. Otherwise, says why they did not load. */
export function useRevisionsBetween(list: RevisionList, from: number, to: number) {
  const { revisions, failure, wantsMore } = between(list, from, to);
  const { fetchNextPage } = list;
  useEffect(() => {
    if (wantsMore) {
      void fetchNextPage();
    }
  }, [wantsMore, fetchNextPage]);
  return { revisions, failure };
}

type Between = { revisions?: Revision[]; failure?: Failure; wantsMore: boolean };

/** Returns the revisions once those between two are loaded, or why they are not, and whether to load the next page. */
export function between(list: RevisionList, from: number, to: number): Between {
  const { data, hasNextPage, isFetching, error, refetch, fetchNextPage } = list;
  const revisions = data?.pages.flatMap(({ items }) => items);
  // a revision that cannot be read is left out of the list: what is there is compared
  if (revisions && (reaches(revisions, from, to) || !hasNextPage)) {
    return { revisions, wantsMore: false };
  }
  if (error !== null) {
    return { failure: { error, isFetching, refetch: revisions ? fetchNextPage : refetch }, wantsMore: false };
  }
  return { wantsMore: hasNextPage && !isFetching };
}
