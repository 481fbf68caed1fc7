import { useInfiniteQuery } from "@tanstack/react-query";
import { teamsQuery } from "./teams.ts";

/** Loads all teams of an organization, and returns how they are called. */
export function useTeamNames(organizationId: string, isWanted = true) {
  const query = useInfiniteQuery({ ...teamsQuery(organizationId), enabled: isWanted });
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  if (isWanted && hasNextPage && !isFetching) {
    void fetchNextPage();
  }
  const teams = data?.pages.flatMap(({ items }) => items) ?? [];
  return {
    teams,
    isLoaded: data !== undefined && !hasNextPage,
    nameOf: (team: string) => teams.find(({ id }) => id === team)?.name,
  };
}
