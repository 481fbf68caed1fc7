import { getRouteApi, Link } from "@tanstack/react-router";
import { OrderCard } from "#features/billing/order-card.tsx";
import { PageGate } from "#features/failure/gate.tsx";
import { Feed } from "#features/updates/feed.tsx";
import type { Organization } from "#lib/api.ts";
import { useTitle } from "#lib/title.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Activity } from "./activity.tsx";
import { whyBlocked } from "./blocked.ts";
import { ChecklistCard } from "./checklist-card.tsx";
import { FiguresCard } from "./figures-card.tsx";
import { ManageCard } from "./manage-card.tsx";
import { ManagersCard } from "./managers-card.tsx";
import { OverviewSkeleton, overviewGrid, overviewSide } from "./overview-skeleton.tsx";
import { may } from "./permissions.ts";
import { PlanCard } from "./plan-card.tsx";
import { ResourcesCard } from "./resources-card.tsx";
import { SeatsCard } from "./seats-card.tsx";
import { SetupCard } from "./setup-card.tsx";
import { badgeOf, isInOrder, roleText } from "./text.ts";

const route = getRouteApi("/_signed-in/organizations/$organization/");

export function OverviewPage() {
  return (
    <PageGate page="overview" skeleton={<OverviewSkeleton />} hasOwnTitle>
      {(organization) => <Overview organization={organization} />}
    </PageGate>
  );
}

function Overview({ organization }: { organization: Organization }) {
  const { id, name, role, state, plan, seats } = organization;

  const { dialog: _open, about, of, ...filter } = route.useSearch();
  const navigate = route.useNavigate();

  useTitle(name);
  return (
    <>
      <OverviewHeader organization={organization} />
      <div className={overviewGrid}>
        {whyBlocked(organization, "invitation.send") === undefined && <ChecklistCard organization={organization} />}
        <Feed
          organization={organization}
          filter={filter}
          onFilter={(chosen) => void navigate({ search: { ...chosen, about, of }, replace: true, resetScroll: false })}
        />
        <div className={overviewSide}>
          {seats && <SeatsCard seats={seats} />}
          <ManageCard organization={organization} />
          <PlanCard organization={organization} />
          {/* the operator's links come late: the cards that lead to other pages are above them */}
          <SetupCard organizationId={id} />
          <ResourcesCard />
          {may(role, "figure.list") && <FiguresCard organizationId={id} />}
          {may(role, "audit.list") ? (
            <Activity
              organizationId={id}
              filter={{ about, of }}
              onFilter={(chosen) =>
                void navigate({ search: { ...filter, ...chosen }, replace: true, resetScroll: false })
              }
            />
          ) : (
            <ManagersCard organizationId={id} name={name} />
          )}
          {/* last, because it comes late and most organizations have none: nothing below it can move */}
          {may(role, "billing.checkout") && state === "active" && plan === "free" && <OrderCard organizationId={id} />}
        </div>
      </div>
    </>
  );
}

function OverviewHeader({ organization }: { organization: Organization }) {
  const { id, name, role, state } = organization;
  const { label, tone } = badgeOf(organization);
  return (
    <header className="mb-6 flex flex-wrap items-center justify-between gap-x-6 gap-y-4">
      <div className="flex min-w-0 items-center gap-4">
        <OrganizationMark id={id} name={name} size="huge" />
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 className="min-w-0 text-xl font-semibold break-words">{name}</h1>
            <Badge>{roleText[role].label}</Badge>
            {(state !== "active" || !isInOrder(organization)) && <Badge tone={tone}>{label}</Badge>}
          </div>
          <CopyableId id={id} label="organization ID" />
        </div>
      </div>
      {may(role, "setting.getGeneral") && (
        <Link
          to="/organizations/$organization/settings"
          params={{ organization: id }}
          className={buttonClass({}, "max-sm:w-full")}
        >
          Settings
        </Link>
      )}
    </header>
  );
}
