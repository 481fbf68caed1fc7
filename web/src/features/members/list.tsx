import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ChevronDown, Ellipsis, UsersRound } from "lucide-react";
import { useMemo } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { mayManageMembers } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { useNow } from "#lib/clock.ts";
import { itemsByName } from "#lib/collate.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Format } from "#lib/format.ts";
import type { Member, MemberFilter, MemberSort } from "#lib/people.ts";
import { membersKey, membersQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useKeptPages } from "#lib/use-kept-pages.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { BlockedText } from "#ui/blocked-text.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LongTable } from "#ui/long-table.tsx";
import type { Column } from "#ui/table.tsx";
import type { SelectionOf } from "#ui/table-selection.tsx";
import { actionsId } from "./confirmation.ts";
import { ActionsTrigger, RoleTrigger } from "./menus.tsx";

type Viewed = {
  organization: Organization;
  me: string | undefined;
  /** Nothing, if a search decides the order. */
  sort: MemberSort | undefined;
  onSort: (sort: MemberSort) => void;
};
type Props = Viewed & {
  list: ReturnType<typeof useMembers>;
  selection: SelectionOf<Member>;
  isFiltered: boolean;
  onClear: () => void;
};

export const memberId = ({ account }: Member) => account;

export function MemberList({ list, selection, me, organization, isFiltered, sort, onSort, onClear }: Props) {
  const format = useFormat();
  const now = useNow();
  const columns = useMemo(
    () => columnsFor({ organization, me, sort, onSort }, format, now),
    [organization, me, sort, onSort, format, now],
  );
  return (
    <div className="mt-3">
      {!list.isPending && !list.hasNextPage && list.members.length === 0 ? (
        <div className="card">
          <NobodyMatches isFiltered={isFiltered} onClear={onClear} />
        </div>
      ) : (
        <LongTable
          label="Members"
          columns={columns}
          list={list}
          items={list.members}
          idOf={memberId}
          selection={mayManageMembers(organization.role) ? selection : undefined}
          hasPictures
        />
      )}
    </div>
  );
}

/** Managers also see activity and have actions. */
function columnsFor({ organization, me, sort, onSort }: Viewed, format: Format, now: number): Column<Member>[] {
  const isManager = mayManageMembers(organization.role);
  const sortedBy = (by: MemberSort) => ({
    direction: by === "joined" ? ("descending" as const) : ("ascending" as const),
    isPresent: sort === by,
    blocked: sort === undefined ? "Search results have their own order." : undefined,
    onSort: () => onSort(by),
  });
  const columns: Column<Member>[] = [
    { head: "Name", sort: sortedBy("name"), cell: (member) => <Person member={member} isMe={member.account === me} /> },
    {
      head: "Role",
      width: "112px",
      narrow: "84px",
      className: "text-sm text-fg-2",
      sort: sortedBy("role"),
      cell: (member) =>
        isManager ? (
          <RoleCell organization={organization} member={member} isMe={member.account === me} />
        ) : (
          <span className="font-medium">{roleText[member.role].label}</span>
        ),
    },
    {
      head: "Joined",
      width: "112px",
      narrow: "hidden",
      className: "tabular text-sm text-fg-2",
      sort: sortedBy("joined"),
      cell: ({ joinedAt }) => <time dateTime={joinedAt}>{format.day(joinedAt)}</time>,
    },
  ];
  const forManagers: Column<Member>[] = [
    {
      head: "Last active",
      width: "112px",
      narrow: "hidden",
      className: "text-sm text-fg-2",
      cell: ({ activeOn }) =>
        activeOn ? (
          <time dateTime={activeOn} title={format.day(activeOn)}>
            {format.relativeDay(activeOn, now)}
          </time>
        ) : (
          <span className="text-fg-3">Never</span>
        ),
    },
    {
      head: "Actions",
      isHeadHidden: true,
      width: "32px",
      cell: (member) => (
        <ActionsTrigger
          payload={member}
          id={actionsId(member)}
          aria-label={`Actions for ${member.name}`}
          className={buttonClass({ variant: "ghost", size: "icon" }, "-mr-1.5 data-popup-open:bg-surface-3")}
        >
          <Ellipsis />
        </ActionsTrigger>
      ),
    },
  ];
  return isManager ? [...columns, ...forManagers] : columns;
}

function Person({ member: { name, color, email, teams }, isMe }: { member: Member; isMe: boolean }) {
  return (
    <div className="flex items-center gap-3">
      <Avatar name={name} color={color} />
      <div className="min-w-0">
        <p className="flex items-center gap-1.5 font-medium">
          <span className="truncate">{name}</span>
          {isMe && <Badge>You</Badge>}
        </p>
        <p className="truncate text-sm text-fg-3" title={email}>
          {[email && emailName(email), teams.map((team) => team.name).join(", ")].filter(Boolean).join(" · ")}
        </p>
      </div>
    </div>
  );
}

function RoleCell({ organization, member, isMe }: { organization: Organization; member: Member; isMe: boolean }) {
  const { label } = roleText[member.role];
  const name = `Role of ${member.name}: ${label}`;
  const blocked = whyBlocked(organization, "member.changeRole", { target: { role: member.role, isOwn: isMe } });
  return blocked === undefined ? (
    <RoleTrigger
      payload={member}
      aria-label={name}
      className={buttonClass({ variant: "ghost", size: "small" }, "-ml-2 data-popup-open:bg-surface-3")}
    >
      {label}
      <ChevronDown className="size-3.5! text-fg-3" />
    </RoleTrigger>
  ) : (
    <BlockedText label={name} blocked={blocked}>
      {label}
    </BlockedText>
  );
}

function NobodyMatches({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  return (
    <EmptyState
      icon={UsersRound}
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
