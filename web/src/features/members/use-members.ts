import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { listMembers, MemberFilter } from "#lib/people.ts";
import { membersKey, membersQuery } from "#lib/queries.ts";

type Pages = InfiniteData<Awaited<ReturnType<typeof listMembers>>, string | undefined>;

/** The members that match, so far as they were scrolled to; answers to an older filter are never shown for a newer one. */
export function useMembers(organizationId: string, filter: MemberFilter) {
  const query = useInfiniteQuery({ ...membersQuery(organizationId, filter), placeholderData: keepPreviousData });
  const pages = query.data?.pages;
  const members = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  useForgetOnLeave(organizationId);
  return { ...query, members };
}

/** Whoever comes back begins at the top: a list of a hundred pages must not be asked for again page by page. */
function useForgetOnLeave(organizationId: string) {
  const queryClient = useQueryClient();
  useEffect(
    () => () => {
      queryClient.setQueriesData<Pages>({ queryKey: membersKey(organizationId) }, (lists) => lists && firstPage(lists));
    },
    [queryClient, organizationId],
  );
}

function firstPage({ pages, pageParams }: Pages): Pages {
  return { pages: pages.slice(0, 1), pageParams: pageParams.slice(0, 1) };
}
