import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ArrowDown, UsersRound } from "lucide-react";
import { useMemo } from "react";
import { SelectAll, type SelectionOf } from "#features/bulk/selection.tsx";
import { NextPageFailure } from "#features/failure/retry-line.tsx";
import type { Organization, Role } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { cn } from "#lib/cn.ts";
import { itemsByName } from "#lib/collate.ts";
import type { Member, MemberFilter, MemberSort } from "#lib/people.ts";
import { membersKey, membersQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";
import { useNextPage } from "#lib/use-next-page.ts";
import { useVisibleRows } from "#lib/use-visible-rows.ts";
import { blockedBy } from "#ui/blocked.ts";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { columnsFor, mayManageMembers } from "./columns.ts";
import { MemberRow, rowHeight } from "./row.tsx";
import { RowSkeletonRow } from "./skeleton.tsx";

type Props = {
  list: ReturnType<typeof useMembers>;
  selection: SelectionOf<Member>;
  me: string | undefined;
  organization: Organization;
  isFiltered: boolean;
  /** Nothing, if a search decides the order. */
  sort: MemberSort | undefined;
  onSort: (sort: MemberSort) => void;
  onClear: () => void;
};

export function MemberList({ list, selection, me, organization, isFiltered, sort, onSort, onClear }: Props) {
  const format = useFormat();
  const now = useNow();
  const { members, isPending, hasNextPage } = list;
  const waiting = isPending ? 8 : hasNextPage ? 3 : 0;
  const [body, rows] = useVisibleRows(members.length + waiting, rowHeight);
  useNextPage(list, members.length, rows.end);

  if (!isPending && !hasNextPage && members.length === 0) {
    return (
      <div className="card mt-3">
        <NobodyMatches isFiltered={isFiltered} onClear={onClear} />
      </div>
    );
  }
  const shown = members.slice(rows.first, rows.end);
  const skeletons = Math.max(0, rows.end - Math.max(rows.first, members.length));
  return (
    <div className="card mt-3 overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
      <table
        className="block"
        aria-label="Members"
        aria-rowcount={hasNextPage ? -1 : members.length + 1}
        aria-busy={list.isFetching}
      >
        <Head selection={selection} viewer={organization.role} sort={sort} onSort={onSort} />
        <tbody
          ref={body}
          style={rows.style}
          className={cn("block transition-opacity duration-100", list.isPlaceholderData && "opacity-60")}
        >
          {shown.map((member, index) => (
            <MemberRow
              key={member.account}
              member={member}
              index={rows.first + index}
              isMe={member.account === me}
              isSelected={selection.has(member)}
              onChoose={selection.onChoose}
              organization={organization}
              format={format}
              now={now}
            />
          ))}
          {Array.from({ length: skeletons }, (_, index) => (
            <RowSkeletonRow key={`waiting ${members.length + index}`} />
          ))}
        </tbody>
      </table>
      <NextPageFailure list={list} className="border-t border-border" />
    </div>
  );
}

type HeadProps = Pick<Props, "selection" | "sort" | "onSort"> & { viewer: Role };

function Head({ selection, viewer, sort, onSort }: HeadProps) {
  const isManager = mayManageMembers(viewer);
  const by = { present: sort, onSort };
  return (
    <thead className="sticky block top-13 z-10 border-b border-border bg-surface-2">
      <tr
        aria-rowindex={1}
        className={cn(columnsFor(viewer), "h-9 text-xs text-fg-2 [&>th]:text-left [&>th]:font-medium")}
      >
        {isManager && (
          <th scope="col">
            <SelectAll selection={selection} what="members" />
          </th>
        )}
        <SortHead {...by} sort="name">
          Name
        </SortHead>
        <SortHead {...by} sort="role">
          Role
        </SortHead>
        <SortHead {...by} sort="joined" isWideOnly>
          Joined
        </SortHead>
        {isManager && (
          <>
            <th scope="col" className="max-md:hidden">
              Last active
            </th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </>
        )}
      </tr>
    </thead>
  );
}

type SortProps = {
  sort: MemberSort;
  present: MemberSort | undefined;
  onSort: (sort: MemberSort) => void;
  isWideOnly?: boolean;
  children: string;
};

function SortHead({ sort, present, onSort, isWideOnly = false, children }: SortProps) {
  const isPresent = sort === present;
  const direction = sort === "joined" ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={isPresent ? direction : "none"} className={cn(isWideOnly && "max-md:hidden")}>
      <button
        type="button"
        {...blockedBy(present === undefined ? "Search results have their own order." : undefined)}
        onClick={() => present !== undefined && onSort(sort)}
        className="group -mx-1 inline-flex h-6 items-center gap-1 rounded px-1 hover:not-blocked:text-fg blocked:cursor-default"
      >
        {children}
        <ArrowDown
          aria-hidden
          className={cn(
            "size-3.5",
            !isPresent &&
              "opacity-0 group-hover:opacity-50 group-data-blocked:opacity-0! group-focus-visible:opacity-50",
          )}
        />
      </button>
    </th>
  );
}

function NobodyMatches({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return (
    <EmptyState
      picture={
        <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface-2 text-fg-3">
          <UsersRound className="size-5" />
        </span>
      }
      title={isFiltered ? "No matches" : "No members yet"}
      action={isFiltered && <Button onClick={onClear}>Clear filters</Button>}
    >
      {isFiltered
        ? "The search matches the beginnings of names and addresses."
        : "Members appear here a moment after they join."}
    </EmptyState>
  );
}

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
