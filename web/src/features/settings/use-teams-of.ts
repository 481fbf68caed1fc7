import type { RevisionChange } from "#lib/setting-layers.ts";
import { useTeamNames } from "#lib/use-team-names.ts";
import type { Teams } from "./revisions.ts";

/** The teams that changes of settings are about, as they are called today. */
export function useTeamsOf(organizationId: string, changes: readonly RevisionChange[]): Teams {
  const { isLoaded, failure, nameOf } = useTeamNames(
    organizationId,
    changes.flatMap(({ team }) => team ?? []),
  );
  const unnamed = isLoaded ? "(deleted)" : failure ? "(its name did not load)" : "…";
  return {
    isLoaded,
    failure,
    hasTeam: (team) => nameOf(team) !== undefined,
    teamName: ({ team }) => (team === undefined ? undefined : (nameOf(team) ?? unnamed)),
  };
}
