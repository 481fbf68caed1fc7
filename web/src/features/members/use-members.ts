import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { itemsByName } from "#lib/collate.ts";
import type { listMembers, MemberFilter } from "#lib/people.ts";
import { membersKey, membersQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";

type Pages = InfiniteData<Awaited<ReturnType<typeof listMembers>>, string | undefined>;

/** The members that match, so far as they were scrolled to; answers to an older filter are never shown for a newer one. */
export function useMembers(organizationId: string, filter: MemberFilter) {
  const query = useInfiniteQuery({ ...membersQuery(organizationId, filter), placeholderData: keepPreviousData });
  const { data } = query;
  const { compare } = useFormat();
  const isByName = filter.search === undefined && (filter.sort ?? "name") === "name";
  const members = useMemo(
    () => (isByName ? itemsByName(data, compare) : (data?.pages.flatMap((page) => page.items) ?? [])),
    [data, isByName, compare],
  );
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
