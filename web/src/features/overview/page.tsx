import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Activity } from "#features/activity/activity.tsx";
import { OrderCard } from "#features/billing/open-order.tsx";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { ManagerList } from "#features/rights/manager-list.tsx";
import { managersOf, may } from "#features/rights/permissions.ts";
import { badgeOf, isInOrder, planText, roleText } from "#features/rights/text.ts";
import { SeatsCard } from "#features/seats/seats-card.tsx";
import { Feed } from "#features/updates/feed.tsx";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { managersQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Loading } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { ChecklistCard } from "./checklist-card.tsx";
import { FiguresCard } from "./figures-card.tsx";
import { ManageCard } from "./manage-card.tsx";
import { ResourcesCard, SetupCard } from "./setup-card.tsx";
import { OverviewSkeleton, overviewGrid, overviewSide } from "./skeleton.tsx";

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
        <Link {...pageOf(id, "/settings")} className={buttonClass({}, "max-sm:w-full")}>
          Settings
        </Link>
      )}
    </header>
  );
}

function PlanCard({ organization }: { organization: Organization }) {
  const { id, plan, role, createdAt } = organization;
  const { label, tone } = badgeOf(organization);
  return (
    <section aria-labelledby="plan" className="card p-5">
      <div className="flex items-center justify-between gap-3">
        <h2 id="plan" className="text-base font-semibold">
          {planText(plan)}
        </h2>
        <Badge tone={tone}>{label}</Badge>
      </div>
      <dl className="mt-3 grid gap-2 text-sm">
        <Row term="Your role">{roleText[role].label}</Row>
        <Row term="Created">
          <Time at={createdAt} />
        </Row>
      </dl>
      <p className="mt-3 text-sm text-fg-3">{roleText[role].can}</p>
      {may(role, "billing.get") && (
        <Link
          {...pageOf(id, "/billing")}
          className="mt-2 inline-block rounded-sm text-sm font-medium text-accent-text hover:underline"
        >
          {plan === "free" ? "Buy seats" : "Seats and billing"}
        </Link>
      )}
    </section>
  );
}

function Row({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-fg-2">{term}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

/** For members without permissions: who can help. */
function ManagersCard({ organizationId, name }: { organizationId: string; name: string }) {
  return (
    <Section
      title={`Who manages ${name}`}
      description="They invite people and grant roles. Ask one of them if you need a permission."
    >
      <Gate
        query={useQuery(managersQuery(organizationId))}
        part="px-5 pt-1 pb-5"
        skeleton={
          <Loading
            what="the owners and admins"
            className="grid gap-3 px-5 pt-1 pb-5"
            lines={["h-8 w-56", "h-8 w-48"]}
          />
        }
      >
        {(found) => <ManagerList {...managersOf(found)} organizationId={organizationId} />}
      </Gate>
    </Section>
  );
}
