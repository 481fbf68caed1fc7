import { useEffect } from "react";

/** How many rows before the end the next page is requested. */
const ahead = 30;

type List = {
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  isPlaceholderData: boolean;
  fetchNextPage: () => Promise<unknown>;
};

/** Requests more of a list before it is scrolled to its end. */
export function useNextPage(list: List, loaded: number, lastShown: number) {
  const { hasNextPage, isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = list;
  const isNear = lastShown >= loaded - ahead;
  const wants = isNear && hasNextPage && !isFetching && !isFetchNextPageError && !isPlaceholderData;
  useEffect(() => {
    if (wants) {
      void fetchNextPage();
    }
  }, [wants, fetchNextPage]);
}
