import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { SelectAll, type SelectionOf } from "#features/bulk/selection.tsx";
import { NextPageFailure } from "#features/failure/retry-line.tsx";
import { RowSkeletonRow } from "#features/members/skeleton.tsx";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { cn } from "#lib/cn.ts";
import type { Invitation, InvitationsShown, InvitationTab } from "#lib/people.ts";
import { invitationsKey, invitationsQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";
import { useNextPage } from "#lib/use-next-page.ts";
import { useVisibleRows } from "#lib/use-visible-rows.ts";
import { columnsFor, InvitationRow, rowHeight } from "./row.tsx";
import type { InvitationActions } from "./use-actions.ts";

const titles = { pending: "Pending invitations", ended: "Ended invitations", former: "Former members" };
const times = { pending: "Expires", ended: "Ended", former: "Left" };

type Props = {
  list: ReturnType<typeof useInvitations>;
  selection: SelectionOf<Invitation>;
  tab: InvitationTab;
  organization: Organization;
  actions: InvitationActions;
};

export function InvitationList({ list, selection, tab, organization, actions }: Props) {
  const format = useFormat();
  const now = useNow();
  const { invitations, isPending, hasNextPage } = list;
  const waiting = isPending ? 4 : hasNextPage ? 3 : 0;
  const [body, rows] = useVisibleRows(invitations.length + waiting, rowHeight);
  const skeletons = Math.max(0, rows.end - Math.max(rows.first, invitations.length));
  useNextPage(list, invitations.length, rows.end);

  return (
    <div className="card mt-3 overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
      <table
        className="block"
        aria-label={titles[tab]}
        aria-rowcount={hasNextPage ? -1 : invitations.length + 1}
        aria-busy={list.isFetching}
      >
        <thead className="sticky block top-13 z-10 border-b border-border bg-surface-2">
          <tr
            aria-rowindex={1}
            className={cn(columnsFor(tab), "h-9 text-xs text-fg-2 [&>th]:text-left [&>th]:font-medium")}
          >
            {tab === "pending" && (
              <th scope="col">
                <SelectAll selection={selection} what="invitations" />
              </th>
            )}
            <th scope="col">Address</th>
            <th scope="col" className="max-md:hidden">
              Role
            </th>
            <th scope="col">{tab === "pending" ? "Email" : "Status"}</th>
            <th scope="col" className="max-md:hidden">
              {times[tab]}
            </th>
            <th scope="col">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody
          ref={body}
          style={rows.style}
          className={cn("block transition-opacity duration-100", list.isPlaceholderData && "opacity-60")}
        >
          {invitations.slice(rows.first, rows.end).map((invitation, index) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              index={rows.first + index}
              tab={tab}
              isSelected={tab === "pending" && selection.has(invitation)}
              onChoose={selection.onChoose}
              organization={organization}
              actions={actions}
              format={format}
              now={now}
            />
          ))}
          {Array.from({ length: skeletons }, (_, index) => (
            <RowSkeletonRow key={`waiting ${invitations.length + index}`} />
          ))}
        </tbody>
      </table>
      <NextPageFailure list={list} className="border-t border-border" />
    </div>
  );
}

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
