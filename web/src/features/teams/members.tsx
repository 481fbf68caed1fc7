import { useInfiniteQuery } from "@tanstack/react-query";
import { UserMinus } from "lucide-react";
import { whyBlocked } from "#features/organization/blocked.ts";
import { may } from "#features/organization/rights.ts";
import { roleText } from "#features/organization/text.ts";
import type { Organization } from "#lib/api.ts";
import { itemsByName } from "#lib/collate.ts";
import { toSentence } from "#lib/failure.ts";
import type { Member } from "#lib/people.ts";
import { type Team, teamMembersQuery } from "#lib/teams.ts";
import { useFormat } from "#lib/use-format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { useTakeFromTeam } from "./use-team.ts";

type Props = { organization: Organization; team: Team };

/** Who is in a team. */
export function TeamMembers({ organization, team }: Props) {
  const { id: organizationId, role } = organization;
  const mayTake = whyBlocked(organization, "team.removeMembers") === undefined;
  const list = useInfiniteQuery(teamMembersQuery(organizationId, team.id));
  const take = useTakeFromTeam(organizationId, team);
  const { compare } = useFormat();
  const members = itemsByName(list.data, compare);
  if (list.isPending) {
    return (
      <Loading what="the members" className="divide-y divide-border border-t border-border">
        {["a", "b", "c"].map((place) => (
          <div key={place} className="flex h-15 items-center gap-3 px-5">
            <Skeleton className="size-8 rounded-full" />
            <Skeleton className="h-4 w-40" />
          </div>
        ))}
      </Loading>
    );
  }
  return (
    <>
      {list.isSuccess && members.length === 0 && !list.hasNextPage && (
        <p className="border-t border-border px-5 py-6 text-sm text-fg-2">
          Nobody is in this team yet.
          {may(role, "team.addMembers") && " Add people who are members of the organization."}
        </p>
      )}
      <ul aria-label="Members" className="divide-y divide-border border-t border-border empty:hidden">
        {members.map((member) => (
          <Person key={member.account} member={member} onTake={mayTake ? () => take.mutate(member) : undefined} />
        ))}
      </ul>
      {(list.isError || list.hasNextPage) && (
        <div className="flex flex-wrap items-center justify-center gap-3 border-t border-border p-3 text-sm text-fg-2">
          {list.isError && toSentence(list.error)}
          <Button
            isBusy={list.isFetching}
            onClick={() => void (list.data === undefined ? list.refetch() : list.fetchNextPage())}
          >
            {list.isError ? "Try again" : "Show more"}
          </Button>
        </div>
      )}
    </>
  );
}

function Person({ member, onTake }: { member: Member; onTake: (() => void) | undefined }) {
  const { name, color, email, role } = member;
  return (
    <li className="flex min-h-15 items-center gap-3 px-5 py-2">
      <Avatar name={name} color={color} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-medium">{name}</p>
        {email && <p className="truncate text-sm text-fg-3">{email}</p>}
      </div>
      <Badge>{roleText[role].label}</Badge>
      {onTake && (
        <Button variant="ghost" size="icon" aria-label={`Take ${name} out`} title={`Take ${name} out`} onClick={onTake}>
          <UserMinus />
        </Button>
      )}
    </li>
  );
}
