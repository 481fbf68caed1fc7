import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { UsersRound } from "lucide-react";
import { useState } from "react";
import { matches } from "#features/palette/match.ts";
import { PrivateMark } from "#features/teams/private-mark.tsx";
import { cn } from "#lib/cn.ts";
import { pageOf } from "#lib/page-of.ts";
import { ownTeamsQuery } from "#lib/teams.ts";
import { Input } from "#ui/input.tsx";

/** Teams beyond these are found by typing. */
const searchedAbove = 20;

type Props = { organizationId: string; onNavigate: (() => void) | undefined; linkClass: string };

/** Links to the teams that I am in. All teams are on a page of their own. */
export function SidebarTeams({ organizationId, onNavigate, linkClass }: Props) {
  const { data } = useQuery(ownTeamsQuery(organizationId));
  const [typed, setTyped] = useState("");
  const teams = data?.items ?? [];
  if (teams.length === 0) return undefined;
  const shown = teams.filter(({ name }) => matches({ label: name }, typed));
  return (
    <section aria-labelledby="sidebar-teams" className="flex flex-col gap-0.5">
      <h2 id="sidebar-teams" className="px-2.5 pb-1 text-xs font-medium text-fg-3">
        Your teams
      </h2>
      {teams.length > searchedAbove && (
        <Input
          type="search"
          aria-label="Search your teams"
          placeholder="Search"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => event.key === "Escape" && setTyped("")}
          className="mb-1 h-8"
        />
      )}
      <ul className="flex flex-col gap-0.5">
        {shown.map(({ id, name, visibility }) => (
          <li key={id}>
            <Link
              {...pageOf(organizationId, "/teams/$team", { team: id })}
              activeOptions={{ includeSearch: false }}
              onClick={onNavigate}
              className={cn(linkClass, "min-w-0")}
            >
              <UsersRound aria-hidden className="size-4 shrink-0 text-fg-3 group-data-[status=active]:text-fg" />
              <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
              {visibility === "private" && <PrivateMark />}
            </Link>
          </li>
        ))}
      </ul>
      {shown.length === 0 && <p className="px-2.5 text-sm text-fg-3">No team of yours is called that.</p>}
    </section>
  );
}
