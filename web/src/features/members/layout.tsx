import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import { OwnSeatRequest } from "#features/seats/own-request.tsx";
import { SeatsCard, SeatsSkeleton } from "#features/seats/seats-card.tsx";
import type { Organization } from "#lib/api.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { MainHeading, PageHeader } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { TabCount, TabLinks, tabClass } from "#ui/tab-links.tsx";
import { ExportButton } from "./export.tsx";
import { MembersSkeleton } from "./skeleton.tsx";

/** Members and invitations are two views of the same people, below the seats that they use. */
export function PeopleLayout() {
  return (
    <PageGate page="members" skeleton={<PeopleSkeleton />} hasOwnTitle>
      {(organization) => <People organization={organization} />}
    </PageGate>
  );
}

function People({ organization }: { organization: Organization }) {
  const seesInvitations = may(organization.role, "invitation.list");
  return (
    <>
      <PageHeader
        title="Members"
        description={
          seesInvitations
            ? `Members of ${organization.name}, and open invitations.`
            : `Members of ${organization.name}.`
        }
        actions={<PeopleActions organization={organization} />}
      />
      {!may(organization.role, "billing.resize") && <OwnSeatRequest organization={organization} />}
      {organization.seats && <SeatsCard seats={organization.seats} />}
      {seesInvitations && <Tabs organization={organization} />}
      <MainHeading value="h2">
        <Outlet />
      </MainHeading>
    </>
  );
}

function Tabs({ organization: { id, seats } }: { organization: Organization }) {
  const format = useFormat();
  const params = { organization: id };
  const anySearch = { includeSearch: false };
  return (
    <div className="mt-6">
      <TabLinks label="People">
        <Link
          to="/organizations/$organization/members"
          params={params}
          activeOptions={anySearch}
          replace
          resetScroll={false}
          className={tabClass}
        >
          Members {seats?.used !== undefined && <TabCount>{format.number(seats.used)}</TabCount>}
        </Link>
        <Link
          to="/organizations/$organization/invitations"
          params={params}
          activeOptions={anySearch}
          replace
          resetScroll={false}
          className={tabClass}
        >
          Invitations {seats?.held !== undefined && <TabCount>{format.number(seats.held)}</TabCount>}
        </Link>
        <Link
          to="/organizations/$organization/departures"
          params={params}
          activeOptions={anySearch}
          replace
          resetScroll={false}
          className={tabClass}
        >
          Departures
        </Link>
      </TabLinks>
    </div>
  );
}

function PeopleSkeleton() {
  return (
    <Loading what="the members">
      <div className="mb-6 grid gap-2">
        <Skeleton className="h-6 w-32" />
        <Skeleton className="h-4 w-64" />
      </div>
      <SeatsSkeleton />
      <Skeleton className="mt-6 h-10" />
      <MembersSkeleton />
    </Loading>
  );
}

const LeaveDialog = opened(async () => (await import("./leave-dialog.tsx")).LeaveDialog);

/** Actions for all members. */
function PeopleActions({ organization }: { organization: Organization }) {
  const isInvitations = useLocation({ select: ({ pathname }) => pathname.endsWith("/invitations") });
  const what = isInvitations ? "invitations" : "members";
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      {may(organization.role, isInvitations ? "invitation.export" : "member.export") && (
        <ExportButton key={what} organization={organization} what={what} />
      )}
      <Button
        blocked={whyBlocked(organization, "member.leave", { target: { isOwn: true } })}
        onClick={() => setLeaving(true)}
      >
        <LogOut />
        Leave
      </Button>
      <LeaveDialog organization={organization} isOpen={isLeaving} onClose={() => setLeaving(false)} />
    </>
  );
}
