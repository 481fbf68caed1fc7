import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useParams } from "@tanstack/react-router";
import { LogOut, Pencil, SlidersHorizontal, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { Activity } from "#features/activity/activity.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { Markdown } from "#features/markdown/markdown.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may, type Permission } from "#features/rights/permissions.ts";
import { TeamMembers, teamMembersSkeleton } from "#features/teams/members.tsx";
import { PrivateMark } from "#features/teams/private-mark.tsx";
import { memberText, postingText } from "#features/teams/text.ts";
import { useLeaveTeam } from "#features/teams/use-team.ts";
import { Feed } from "#features/updates/feed.tsx";
import { FeedSkeleton } from "#features/updates/feed-skeleton.tsx";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { accountQuery, organizationQuery } from "#lib/queries.ts";
import { type Team, teamQuery } from "#lib/teams.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader, Section } from "#ui/card.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { overviewGrid, overviewSide } from "./skeleton.tsx";

const TeamDialog = opened(async () => (await import("#features/teams/team-dialog.tsx")).TeamDialog);
const AddDialog = opened(async () => (await import("#features/teams/add-dialog.tsx")).AddDialog);
const DeleteDialog = opened(async () => (await import("#features/teams/delete-dialog.tsx")).DeleteDialog);
const from = "/_signed-in/organizations/$organization/teams/$team";
const route = getRouteApi(from);

export function TeamPage() {
  const { organization: organizationId, team: id } = useParams({ from });
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const team = useQuery(teamQuery(organizationId, id));

  useTitle(team.data && organization && `${team.data.name} · ${organization.name}`);
  return (
    <Gate query={organization ? team : { ...team, data: undefined }} skeleton={<TeamSkeleton />}>
      {(found) => organization && <Present key={id} organization={organization} team={found} />}
    </Gate>
  );
}

type Props = { organization: Organization; team: Team };

function Present({ organization, team }: Props) {
  const { id: organizationId, role } = organization;
  const isLed = team.own.isLead;
  const blocked = (permission: Permission) => whyBlocked(organization, permission, { target: { isLed } });
  const format = useFormat();
  const { dialog: _open, about, of, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const [shown, setShown] = useState<"add" | "edit" | "delete">();
  const dialog = (about: NonNullable<typeof shown>) => ({
    organizationId,
    team,
    isOpen: shown === about,
    onClose: () => setShown(undefined),
  });
  return (
    <>
      <PageHeader
        title={
          <span className="flex items-center gap-2">
            <span className="min-w-0">{team.name}</span>
            {team.visibility === "private" && <PrivateMark />}
          </span>
        }
        description={team.description && <TeamDescription text={team.description} />}
        actions={
          <>
            <LeaveButton organization={organization} team={team} />
            {may(role, "setting.getTeam") && (
              <Link
                {...pageOf(organizationId, "/settings/teams/$team", { team: team.id })}
                className={buttonClass({ size: "large" })}
              >
                <SlidersHorizontal />
                Settings
              </Link>
            )}
            {team.may.edit && (
              <Button size="large" blocked={blocked("team.edit")} onClick={() => setShown("edit")}>
                <Pencil />
                Edit
              </Button>
            )}
            {may(role, "team.remove") && (
              <Button
                id="delete-team"
                size="large"
                variant="dangerGhost"
                blocked={blocked("team.remove")}
                onClick={() => setShown("delete")}
              >
                <Trash2 />
                Delete
              </Button>
            )}
          </>
        }
      />
      <div className={overviewGrid}>
        <Feed
          organization={organization}
          team={team.id}
          filter={filter}
          onFilter={(chosen) => void navigate({ search: { ...chosen, about, of }, replace: true, resetScroll: false })}
        />
        <div className={overviewSide}>
          <Section
            title="Members"
            description={`${memberText(team.members, format.number)} · ${postingText[team.posting]}`}
            action={
              team.may.edit && (
                <Button
                  id="add-people"
                  variant="primary"
                  blocked={blocked("team.addMembers")}
                  onClick={() => setShown("add")}
                >
                  <UserPlus />
                  Add people
                </Button>
              )
            }
            className="overflow-clip"
          >
            <TeamMembers organization={organization} team={team} />
          </Section>
          {may(role, "audit.list") && (
            <Activity
              organizationId={organizationId}
              team={team.id}
              filter={{ about, of }}
              onFilter={(chosen) =>
                void navigate({ search: { ...filter, ...chosen }, replace: true, resetScroll: false })
              }
            />
          )}
        </div>
      </div>
      <TeamDialog {...dialog("edit")} />
      <AddDialog {...dialog("add")} />
      <DeleteDialog {...dialog("delete")} />
    </>
  );
}

/** For members of the team. */
function LeaveButton({ organization, team }: Props) {
  const organizationId = organization.id;
  const { data: me } = useQuery(accountQuery);
  const leave = useLeaveTeam(organizationId, team, me?.id);
  const navigate = route.useNavigate();
  const toTeams = () =>
    navigate({ to: "/organizations/$organization/teams", params: { organization: organizationId } });
  return (
    team.own.isMember && (
      <Button
        size="large"
        blocked={whyBlocked(organization, "team.leave", { target: { isOwn: true } })}
        isBusy={leave.isPending}
        onClick={() => leave.mutate(undefined, { onSuccess: () => team.visibility === "private" && void toTeams() })}
      >
        <LogOut />
        Leave
      </Button>
    )
  );
}

function TeamSkeleton() {
  return (
    <Loading what="the team">
      <Lines of={["h-6 w-40", "h-4 w-64"]} className="mb-6 grid gap-2" />
      <div className={overviewGrid}>
        <FeedSkeleton />
        <div className={overviewSide}>
          <div className="card overflow-clip">
            <Skeleton className="m-5 h-5 w-32" />
            {teamMembersSkeleton}
          </div>
        </div>
      </div>
    </Loading>
  );
}

/** A description mentions nobody. */
const names = {};

function TeamDescription({ text }: { text: string }) {
  return <Markdown text={text} names={names} below={1} />;
}
