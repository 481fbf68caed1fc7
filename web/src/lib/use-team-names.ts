import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { namedTeamsQuery } from "./teams.ts";

/** Returns how some teams are called, once that is loaded. A team that was deleted has no name. */
export function useTeamNames(organizationId: string, ids: readonly string[]) {
  const wanted = [...new Set(ids)].toSorted();
  const isWanted = wanted.length > 0;
  const query = namedTeamsQuery(organizationId, wanted);
  const named = useQuery({ ...query, enabled: isWanted, placeholderData: keepPreviousData });
  const { data, isPlaceholderData } = named;
  return {
    isLoaded: !isWanted || (data !== undefined && !isPlaceholderData),
    /** The error of loading, and the way to try again. */
    failure: data === undefined && named.isError ? named : undefined,
    nameOf: (team: string) => data?.find(({ id }) => id === team)?.name,
  };
}
