import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { mayManageMembers } from "#features/members/columns.ts";
import { foundMembersQuery, organizationQuery } from "#lib/queries.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { Avatar } from "#ui/avatar.tsx";
import { matches } from "./match.ts";
import { type Group, useOpen } from "./use-entries.tsx";

const stillMs = 200;
const shortest = 2;
const longest = 100;
const maxShown = 6;

/** Members that match the text, for managers; matches of an earlier text are never shown for a later one. */
export function useFoundMembers(typed: string): { group: Group | undefined; isSearching: boolean } {
  const { organization: organizationId = "" } = useParams({ strict: false });
  const { data: organization } = useQuery({ ...organizationQuery(organizationId), enabled: organizationId !== "" });
  const open = useOpen();
  const text = typed.trim().slice(0, longest);
  const settled = useDebounced(text, stillMs);
  const isManager = organization !== undefined && mayManageMembers(organization.role);
  const isWanted = isManager && text.length >= shortest;
  const found = useQuery({
    ...foundMembersQuery(organizationId, settled),
    enabled: isManager && settled.length >= shortest,
    placeholderData: keepPreviousData,
  });
  const isAnswer = settled === text && !found.isPlaceholderData;
  const members = found.data?.items ?? [];
  const shown = members.filter(({ name, email }) => isAnswer || matches({ label: name, also: email }, text));
  if (!isWanted) {
    return { group: undefined, isSearching: false };
  }
  const items = shown.slice(0, maxShown).map(({ account, name, color, email }) => ({
    id: account,
    label: name,
    icon: <Avatar name={name} color={color} size="small" />,
    hint: email,
    run: () => open(`/organizations/${organizationId}/members`, { search: email ?? name }),
  }));
  return { group: { label: "Members", items }, isSearching: !isAnswer || found.isFetching };
}
