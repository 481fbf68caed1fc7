import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { itemsByName } from "./collate.ts";
import { teamsQuery } from "./teams.ts";
import { useDebounced } from "./use-debounced.ts";
import { useFormat } from "./use-format.ts";

const typingMs = 200;
/** Longer lists have a search field. */
const shortList = 8;

/**
 * Returns teams of an organization, or those that a text finds: it is searched where they are stored, so that there may
 * be any number of them.
 */
export function useTeamSearch(organizationId: string, typed: string, query = teamsQuery) {
  const search = useDebounced(typed.trim(), typingMs);
  const list = useInfiniteQuery({ ...query(organizationId, search), placeholderData: keepPreviousData });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = list;
  const { compare } = useFormat();
  const teams = itemsByName(data, compare);
  // what was passed over leaves pages empty
  const isEmpty = teams.length === 0 && hasNextPage;
  useEffect(() => {
    if (isEmpty && !isFetching && !isError) {
      void fetchNextPage();
    }
  }, [isEmpty, isFetching, isError, fetchNextPage]);
  const isLongNow = teams.length > shortList || typed !== "";
  // stays so: the field would vanish while somebody types in it
  const [wasLong, setWasLong] = useState(isLongNow);
  if (isLongNow && !wasLong) {
    setWasLong(true);
  }
  return {
    list,
    teams,
    isSearching: isFetching,
    isLong: isLongNow || wasLong,
  };
}
