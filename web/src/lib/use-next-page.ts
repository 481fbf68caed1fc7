import { useEffect } from "react";

/** So many rows ahead of the window the next page is asked for. */
const ahead = 30;

type List = {
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  isPlaceholderData: boolean;
  fetchNextPage: () => Promise<unknown>;
};

/** Asks for more of a list before the person has scrolled to the end of what there is. */
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
