import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { invitationsKey, membersKey, namedMembersKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";

type Change = { areMembersOther?: boolean };

/**
 * Refetches what changes when people are invited, join or leave; for members only if an edit in place is not enough.
 */
export function useRefreshPeople(organizationId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    (change?: Change) => refreshPeople(queryClient, organizationId, change),
    [queryClient, organizationId],
  );
}

export function refreshPeople(
  queryClient: QueryClient,
  organizationId: string,
  { areMembersOther = false }: Change = {},
) {
  void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
  void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
  void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
  // threat: a removed member is still named on the open page
  void queryClient.invalidateQueries({ queryKey: namedMembersKey(organizationId) });
  if (areMembersOther) {
    void queryClient.invalidateQueries({ queryKey: membersKey(organizationId) });
  }
}
