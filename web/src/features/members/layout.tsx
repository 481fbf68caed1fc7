import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { useState } from "react";
import { PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import { OwnSeatRequest } from "#features/seats/own-request.tsx";
import { SeatsCard, SeatsSkeleton } from "#features/seats/seats-card.tsx";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { MainHeading, PageHeader } from "#ui/card.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { TableSkeleton } from "#ui/long-table.tsx";
import { opened } from "#ui/opened.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { TabCount, TabLinks, tabClass } from "#ui/tab-links.tsx";
import { ExportButton } from "./export.tsx";

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
  const tabs = [
    { page: "/members", label: "Members", count: seats?.used },
    { page: "/invitations", label: "Invitations", count: seats?.held },
    { page: "/departures", label: "Departures" },
  ] as const;
  return (
    <div className="mt-6">
      <TabLinks label="People">
        {tabs.map(({ page, label, ...tab }) => (
          <Link
            key={page}
            {...pageOf(id, page)}
            activeOptions={{ includeSearch: false }}
            replace
            resetScroll={false}
            className={tabClass}
          >
            {label} {"count" in tab && tab.count !== undefined && <TabCount>{format.number(tab.count)}</TabCount>}
          </Link>
        ))}
      </TabLinks>
    </div>
  );
}

function PeopleSkeleton() {
  return (
    <Loading what="the members">
      <Lines of={["h-6 w-32", "h-4 w-64"]} className="mb-6 grid gap-2" />
      <SeatsSkeleton />
      <Skeleton className="mt-6 h-10" />
      <Skeleton className="mt-4 mb-3 h-9 w-80 max-w-full" />
      <TableSkeleton hasPictures />
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
