import { useEffect } from "react";

type List = {
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
};

/** Requests page after page of a list for as long as more is wanted; a page that failed ends that. */
export function useMorePages({ hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: List, isWanted = true) {
  const wants = isWanted && hasNextPage && !isFetching && !isFetchNextPageError;
  useEffect(() => {
    if (wants) {
      void fetchNextPage();
    }
  }, [wants, fetchNextPage]);
}
