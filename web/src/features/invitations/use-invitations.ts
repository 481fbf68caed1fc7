import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { InvitationTab } from "#lib/people.ts";
import { invitationsQuery } from "#lib/queries.ts";

export function useInvitations(organizationId: string, tab: InvitationTab) {
  const query = useInfiniteQuery({ ...invitationsQuery(organizationId, tab), placeholderData: keepPreviousData });
  const pages = query.data?.pages;
  const invitations = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { ...query, invitations };
}
