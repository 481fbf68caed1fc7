import { fieldKeys } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight, Network, Trash2 } from "lucide-react";
import { useState } from "react";
import { Gate, ListGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { PrivateMark } from "#features/teams/private-mark.tsx";
import { memberText, postingText } from "#features/teams/text.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationQuery } from "#lib/queries.ts";
import { settingsQuery } from "#lib/setting-layers.ts";
import { describedTeamsQuery, type TeamEntry } from "#lib/teams.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { useOpened } from "#lib/use-opened.ts";
import { useTeamSearch } from "#lib/use-team-search.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { labelOf } from "./setting-text.ts";

const DeleteDialog = opened(async () => (await import("#features/teams/delete-dialog.tsx")).DeleteDialog);
const from = "/_signed-in/organizations/$organization/settings/teams/";

/** Shows the settings that teams may override, and the overrides of each team. */
export function TeamsTab() {
  const { organization: organizationId } = useParams({ from });
  const [typed, setTyped] = useState("");
  const { list: teams, teams: shown, isLong } = useTeamSearch(organizationId, typed, describedTeamsQuery);
  const deleting = useOpened<TeamEntry>();
  useTitle("Team settings");
  return (
    <div className="grid gap-4 pt-6">
      <OpenSettings organizationId={organizationId} />
      {isLong && <SearchField label="Search teams" text={typed} onText={setTyped} className="sm:max-w-80" />}
      <ListGate
        list={teams}
        more="Show more"
        skeleton={<LoadingRows what="the teams" className="card" lines={["h-4 w-40"]} end="h-4 w-20" />}
        empty={
          <div className="card">
            <EmptyState
              icon={Network}
              title={typed === "" ? "No teams yet" : "No team matches"}
              action={
                typed === "" && (
                  <Link {...pageOf(organizationId, "/teams")} className={buttonClass()}>
                    Go to teams
                  </Link>
                )
              }
            >
              {typed === ""
                ? "A team can have other settings than the rest of the organization."
                : "Search for the beginning of a word of its name."}
            </EmptyState>
          </div>
        }
      >
        {() => (
          <ul aria-label="Teams" className="card divide-y divide-border overflow-clip">
            {shown.map((team) => (
              <Item key={team.id} organizationId={organizationId} team={team} onDelete={() => deleting.open(team)} />
            ))}
          </ul>
        )}
      </ListGate>
      {deleting.shown && (
        <DeleteDialog organizationId={organizationId} team={deleting.shown} {...deleting.dialog} stays />
      )}
    </div>
  );
}

function OpenSettings({ organizationId }: { organizationId: string }) {
  const settings = useQuery(settingsQuery(organizationId));
  return (
    <Gate query={settings} part="card px-5 py-4" skeleton={<Skeleton className="h-20 rounded-xl" />}>
      {({ openToTeams }) => (
        <section aria-labelledby="open-to-teams" className="card px-5 py-4">
          <h2 id="open-to-teams" className="text-sm font-medium">
            {openToTeams.length === 0 ? "Teams can’t override any setting yet" : "Teams may override"}
          </h2>
          {openToTeams.length > 0 && (
            <ul className="mt-2 flex flex-wrap gap-1.5">
              {fieldKeys
                .filter((field) => openToTeams.includes(field))
                .map((field) => (
                  <li key={field} className="rounded-full border border-border bg-surface-2 px-2.5 py-0.5 text-xs">
                    {labelOf(field)}
                  </li>
                ))}
            </ul>
          )}
          <p className="mt-2 text-sm text-fg-2 text-pretty">
            Let teams override a setting in its menu. For a member of several teams, the stricter value applies.
          </p>
        </section>
      )}
    </Gate>
  );
}

type ItemProps = { organizationId: string; team: TeamEntry; onDelete: () => void };

function Item({ organizationId, team, onDelete }: ItemProps) {
  const { id, name, members, description, posting, visibility } = team;
  const format = useFormat();
  const { data: organization } = useQuery(organizationQuery(organizationId));
  return (
    <li className="flex items-center gap-1 pr-2 hover:bg-surface-2 sm:pr-3">
      <Link
        {...pageOf(organizationId, "/settings/teams/$team", { team: id })}
        className="group flex min-h-14 min-w-0 flex-1 items-center gap-3 py-2.5 pl-4 focus-visible:outline-offset-[-2px] sm:pl-5"
      >
        <span className="grid min-w-0 flex-1">
          <span className="flex min-w-0 items-center gap-1.5">
            <span className="truncate font-medium">{name}</span>
            {visibility === "private" && <PrivateMark />}
          </span>
          {description && <span className="truncate text-sm text-fg-2">{description}</span>}
          <span className="text-xs text-fg-3">{postingText[posting]}</span>
        </span>
        <span className="tabular text-sm text-fg-2">{memberText(members, format.number)}</span>
        <ChevronRight aria-hidden className="size-4 text-fg-3 transition-transform group-hover:translate-x-0.5" />
      </Link>
      {organization && (
        <Button
          variant="ghost"
          size="icon"
          aria-label={`Delete ${name}`}
          blocked={whyBlocked(organization, "team.remove")}
          onClick={onDelete}
        >
          <Trash2 />
        </Button>
      )}
    </li>
  );
}
