import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { itemsByName } from "#lib/collate.ts";
import type { MemberFilter } from "#lib/people.ts";
import { membersKey, membersQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";

/**
 * The matching members, as far as they were scrolled to; answers to an earlier filter are never shown for a later one.
 */
export function useMembers(organizationId: string, filter: MemberFilter) {
  const kept = useKeptPages(membersKey(organizationId));
  const query = useInfiniteQuery({
    ...membersQuery(organizationId, filter),
    ...kept,
    placeholderData: keepPreviousData,
  });
  const { data } = query;
  const { compare } = useFormat();
  const isByName = filter.search === undefined && (filter.sort ?? "name") === "name";
  const members = useMemo(
    () => (isByName ? itemsByName(data, compare) : (data?.pages.flatMap((page) => page.items) ?? [])),
    [data, isByName, compare],
  );
  return { ...query, members };
}
