import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, Plus } from "lucide-react";
import { DeletedOrganizations } from "#features/deletion/deleted-organizations.tsx";
import { JoinableOrganizations } from "#features/domains/joinable-organizations.tsx";
import { ListGate } from "#features/failure/gate.tsx";
import { badgeOf, planText, roleText } from "#features/rights/text.ts";
import type { OrganizationSummary } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationsQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Badge } from "#ui/badge.tsx";
import { buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { TablePicture } from "#ui/table-picture.tsx";
import { useFreeSeats } from "./use-free-seats.ts";
import { WaitingInvitations } from "./waiting-invitations.tsx";

const gridClass = "grid gap-4 sm:grid-cols-2 xl:grid-cols-3";

export function OrganizationsPage() {
  const organizations = useInfiniteQuery(organizationsQuery);
  const hasSome = organizations.data?.pages.some(({ items }) => items.length > 0);
  const deleted = organizations.data?.pages.flatMap((page) => page.deleted) ?? [];

  useTitle("Organizations");
  return (
    <>
      <ListGate
        list={organizations}
        more="Show more"
        skeleton={<OrganizationsSkeleton />}
        head={
          <>
            <PageHeader
              title="Organizations"
              description="The organizations where you have a seat."
              actions={hasSome && <CreateLink />}
            />
            <WaitingInvitations />
            <JoinableOrganizations />
          </>
        }
        empty={<NoOrganization />}
      >
        {(mine) => (
          <ul className={gridClass}>
            {mine.map((organization) => (
              <li key={organization.id}>
                <OrganizationCard organization={organization} />
              </li>
            ))}
          </ul>
        )}
      </ListGate>
      <DeletedOrganizations deleted={deleted} />
    </>
  );
}

function OrganizationCard({ organization }: { organization: OrganizationSummary }) {
  const { id, name, role, plan } = organization;
  const { label, tone } = badgeOf(organization);
  return (
    <Link
      {...pageOf(id, "")}
      className="card group flex h-full flex-col gap-4 p-4 transition-[border-color,box-shadow] duration-150 hover:border-border-strong hover:shadow-2"
    >
      <span className="flex items-start gap-3">
        <OrganizationMark id={id} name={name} size="large" />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-base font-semibold">{name}</span>
          <span className="block truncate text-sm text-fg-3">{planText(plan)}</span>
        </span>
        <ArrowRight
          aria-hidden
          className="mt-0.5 size-4 text-fg-3 opacity-0 transition-[opacity,translate] duration-150 group-hover:translate-x-0.5 group-hover:opacity-100"
        />
      </span>
      <span className="flex gap-1.5">
        <Badge>{roleText[role].label}</Badge>
        <Badge tone={tone}>{label}</Badge>
      </span>
    </Link>
  );
}

function NoOrganization() {
  const seats = useFreeSeats();
  return (
    <div className="card rise">
      <EmptyState picture={<TablePicture taken={1} />} title="No organizations yet" action={<CreateLink />}>
        Create an organization for your company or team. It is free
        {seats !== undefined && ` for ${plural(seats, "seat")}`}.
      </EmptyState>
    </div>
  );
}

function CreateLink() {
  return (
    <Link to="/organizations/new" className={buttonClass({ variant: "primary", size: "large" })}>
      <Plus />
      New organization
    </Link>
  );
}

function OrganizationsSkeleton() {
  return (
    <Loading what="your organizations" className={gridClass}>
      {["first", "second", "third"].map((place) => (
        <div key={place} className="card flex flex-col gap-4 p-4">
          <div className="flex gap-3">
            <Skeleton className="size-10 rounded-lg" />
            <Lines of={["h-4 w-3/5", "h-3.5 w-2/5"]} className="grid flex-1 content-start gap-1.5 pt-0.5" />
          </div>
          <Lines of={["h-5 w-14 rounded-full", "h-5 w-14 rounded-full"]} className="flex gap-1.5" />
        </div>
      ))}
    </Loading>
  );
}
