import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronRight, Plus, UsersRound } from "lucide-react";
import { useState } from "react";
import { ListGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationQuery } from "#lib/queries.ts";
import type { TeamEntry } from "#lib/teams.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { useTeamSearch } from "#lib/use-team-search.ts";
import { Button } from "#ui/button.tsx";
import { listCard, PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { SearchField } from "#ui/search-field.tsx";
import { PrivateMark } from "./private-mark.tsx";
import { memberText } from "./text.ts";

const TeamDialog = opened(async () => (await import("./team-dialog.tsx")).TeamDialog);
const from = "/_signed-in/organizations/$organization/teams/";

export function TeamsPage() {
  const { organization: organizationId } = useParams({ from });
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const [typed, setTyped] = useState("");
  const { list: teams, teams: shown, isLong } = useTeamSearch(organizationId, typed);
  const [isCreating, setCreating] = useState(false);
  const mayCreate = organization !== undefined && may(organization.role, "team.create");
  const create = mayCreate && (
    <Button
      id="new-team"
      variant="primary"
      size="large"
      blocked={whyBlocked(organization, "team.create")}
      onClick={() => setCreating(true)}
    >
      <Plus />
      New team
    </Button>
  );

  // a failure replaces the page, but not a field that somebody searches with
  const hasHead = isLong || teams.data !== undefined || teams.error === null;
  useTitle(organization && `Teams · ${organization.name}`);
  return (
    <>
      {hasHead && (
        <>
          <PageHeader
            title="Teams"
            description="Groups of people who work together. Invitations can add people to them."
            actions={create}
          />
          {isLong && <SearchField label="Search teams" text={typed} onText={setTyped} className="mb-4 sm:max-w-80" />}
        </>
      )}
      <ListGate
        list={teams}
        more="Show more"
        skeleton={
          <LoadingRows
            what="the teams"
            className={listCard}
            picture="size-9 rounded-lg"
            lines={["h-4 w-40"]}
            end="h-4 w-20"
          />
        }
        empty={
          <div className="card">
            <EmptyState icon={UsersRound} title={typed === "" ? "No teams yet" : "No team matches"}>
              {typed !== ""
                ? "Search for the beginning of a word of its name."
                : mayCreate
                  ? "Create a team and add members to it. They stay in the organization when it is deleted."
                  : "Owners and admins create teams."}
            </EmptyState>
          </div>
        }
      >
        {() => (
          <ul aria-label="Teams" className={listCard}>
            {shown.map((team) => (
              <Item key={team.id} organizationId={organizationId} team={team} />
            ))}
          </ul>
        )}
      </ListGate>
      <TeamDialog
        organizationId={organizationId}
        team={undefined}
        isOpen={isCreating}
        onClose={() => setCreating(false)}
      />
    </>
  );
}

function Item({
  organizationId,
  team: { id, name, members, visibility },
}: {
  organizationId: string;
  team: TeamEntry;
}) {
  const format = useFormat();
  return (
    <li>
      <Link
        {...pageOf(organizationId, "/teams/$team", { team: id })}
        className="group flex min-h-15 items-center gap-3 px-4 py-2.5 hover:bg-surface-2 focus-visible:outline-offset-[-2px] sm:px-5"
      >
        <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2 group-hover:bg-surface">
          <UsersRound aria-hidden className="size-4" />
        </span>
        <span className="flex min-w-0 flex-1 items-center gap-1.5">
          <span className="truncate font-medium">{name}</span>
          {visibility === "private" && <PrivateMark />}
        </span>
        <span className="tabular text-sm text-fg-2">{memberText(members, format.number)}</span>
        <ChevronRight aria-hidden className="size-4 text-fg-3 transition-transform group-hover:translate-x-0.5" />
      </Link>
    </li>
  );
}
