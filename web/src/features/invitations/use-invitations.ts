import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { InvitationsShown } from "#lib/people.ts";
import { invitationsKey, invitationsQuery } from "#lib/queries.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";

export function useInvitations(organizationId: string, shown: InvitationsShown) {
  const kept = useKeptPages(invitationsKey(organizationId));
  const query = useInfiniteQuery({
    ...invitationsQuery(organizationId, shown),
    ...kept,
    placeholderData: keepPreviousData,
  });
  const pages = query.data?.pages;
  const invitations = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { ...query, invitations };
}
