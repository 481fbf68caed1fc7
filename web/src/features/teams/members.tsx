import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { roleText } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import { itemsByName } from "#lib/collate.ts";
import { emailName } from "#lib/domain-name.ts";
import type { Member } from "#lib/people.ts";
import { type Team, teamMembersQuery } from "#lib/teams.ts";
import { useDebounced } from "#lib/use-debounced.ts";
import { useFormat } from "#lib/use-format.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { MemberMenu, MemberTrigger } from "./member-menu.tsx";
import { leads } from "./text.ts";

type Shown = "all" | "leads";
const shownOptions = [
  { value: "all", label: "All members" },
  { value: "leads", label: "Leads" },
];

const typingMs = 200;
const maxWithoutSearch = 10;

type Props = { organization: Organization; team: Team };

/** The members of a team. */
export function TeamMembers({ organization, team }: Props) {
  const [typed, setTyped] = useState("");
  const [shown, setShown] = useState<Shown>("all");
  const search = useDebounced(typed.trim(), typingMs);
  const field = useRef<HTMLInputElement>(null);
  function clear() {
    setTyped("");
    setShown("all");
    field.current?.focus();
  }
  return (
    <>
      {(team.members > maxWithoutSearch || typed !== "" || shown !== "all") && (
        <div className="flex gap-2 px-5 pb-3">
          <SearchField
            ref={field}
            label={`Search members of ${team.name}`}
            placeholder="Search members"
            text={typed}
            onText={setTyped}
            className="flex-1"
          />
          <NativeSelect
            aria-label="Show"
            value={shown}
            options={shownOptions}
            onChoose={(value) => setShown(value === "leads" ? value : "all")}
          />
        </div>
      )}
      <List organization={organization} team={team} search={search} shown={shown} onClear={clear} />
    </>
  );
}

type ListProps = Props & { search: string; shown: Shown; onClear: () => void };

function List({ organization, team, search, shown, onClear }: ListProps) {
  const list = useInfiniteQuery({
    ...teamMembersQuery(organization.id, team.id, search, shown === "leads"),
    placeholderData: keepPreviousData,
  });
  const { compare } = useFormat();
  return (
    <ListGate
      list={list}
      part="border-t border-border px-5 py-3"
      skeleton={teamMembersSkeleton}
      empty={
        search === "" && shown === "all" ? (
          <p className="border-t border-border px-5 py-6 text-sm text-fg-2">
            This team has no members yet.
            {team.may.edit && " Add members of the organization."}
          </p>
        ) : (
          <div className="grid justify-items-center gap-3 border-t border-border px-5 py-6 text-sm text-fg-2">
            <p className="[overflow-wrap:anywhere]">
              {search === ""
                ? "Nobody leads this team."
                : `No ${shown === "leads" ? "lead" : "member"} of this team matches “${search}”.`}
            </p>
            <Button onClick={onClear}>{search === "" ? "Show all members" : "Clear search"}</Button>
          </div>
        )
      }
      more="Show more"
    >
      {() => (
        <>
          <ul aria-label="Members" aria-busy={list.isPlaceholderData} className={rows}>
            {itemsByName(list.data, compare).map((member) => (
              <Person key={member.account} member={member} isLead={leads(member, team)} hasMenu={team.may.edit} />
            ))}
          </ul>
          {team.may.edit && <MemberMenu organization={organization} team={team} />}
        </>
      )}
    </ListGate>
  );
}

const rows = "divide-y divide-border border-t border-border";

export const teamMembersSkeleton = (
  <LoadingRows
    what="the members"
    picture="size-8 rounded-full"
    lines={["h-4 w-40"]}
    className="border-t border-border"
  />
);

type PersonProps = { member: Member; isLead: boolean; hasMenu: boolean };

function Person({ member, isLead, hasMenu }: PersonProps) {
  const { name, color, email, role } = member;
  return (
    <li className="flex min-h-15 items-center gap-3 px-5 py-2">
      <Avatar name={name} color={color} />
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1 basis-40">
          <p className="truncate font-medium">{name}</p>
          {email && (
            <p className="truncate text-sm text-fg-3" title={email}>
              {emailName(email)}
            </p>
          )}
        </div>
        <div className="flex gap-2">
          {isLead && <Badge tone="accent">Lead</Badge>}
          <Badge>{roleText[role].label}</Badge>
        </div>
      </div>
      {hasMenu && <MemberTrigger member={member} />}
    </li>
  );
}
