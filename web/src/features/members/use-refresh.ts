import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { invitationsKey, membersKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";

/**
 * Refetches what changes when people are invited, join or leave; for members only if an edit in place is not enough.
 */
export function useRefreshPeople(organizationId: string) {
  const queryClient = useQueryClient();
  return useCallback(
    ({ areMembersOther = false }: { areMembersOther?: boolean } = {}) => {
      void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      if (areMembersOther) {
        void queryClient.invalidateQueries({ queryKey: membersKey(organizationId) });
      }
    },
    [queryClient, organizationId],
  );
}
