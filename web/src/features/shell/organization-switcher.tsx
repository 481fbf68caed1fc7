import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Building, Check, ChevronsUpDown, Plus } from "lucide-react";
import type { ComponentProps } from "react";
import { samePageIn } from "#features/rights/pages.ts";
import { roleText } from "#features/rights/text.ts";
import { organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { OrganizationMark } from "#ui/avatar.tsx";
import { Logo } from "#ui/logo.tsx";
import { Menu, MenuLabel, MenuLink, MenuSeparator } from "#ui/menu.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

const rowClass =
  "flex h-11 w-full items-center gap-2.5 rounded-lg px-2 text-left hover:bg-surface-3 data-popup-open:bg-surface-3";

/** Another organization opens at the current page. */
export function OrganizationSwitcher() {
  const { organization } = useParams({ strict: false });
  const path = useLocation({ select: ({ pathname }) => pathname });
  const { data } = useInfiniteQuery(organizationsQuery);
  const mine = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Menu align="start" trigger={<Trigger organizationId={organization} />} className="w-[224px]">
      {mine.length > 0 && (
        <>
          <MenuLabel>Your organizations</MenuLabel>
          <div className="max-h-72 overflow-y-auto">
            {mine.map(({ id, name, role }) => (
              <MenuLink key={id} render={<Link to={samePageIn({ id, role }, path)} />}>
                <OrganizationMark id={id} name={name} size="small" />
                <span className="min-w-0 flex-1 truncate">{name}</span>
                {id === organization && <Check aria-label="Current" />}
              </MenuLink>
            ))}
          </div>
          <MenuSeparator />
        </>
      )}
      <MenuLink icon={<Building />} render={<Link to="/" />}>
        All organizations
      </MenuLink>
      <MenuLink icon={<Plus />} render={<Link to="/organizations/new" />}>
        New organization
      </MenuLink>
    </Menu>
  );
}

function Trigger({ organizationId, ...rest }: ComponentProps<"button"> & { organizationId: string | undefined }) {
  return (
    <button type="button" aria-label="Switch organization" {...rest} className={rowClass}>
      {organizationId === undefined ? (
        <span className="flex-1">
          <Logo hasName />
        </span>
      ) : (
        <Current organizationId={organizationId} />
      )}
      <ChevronsUpDown className="size-4 shrink-0 text-fg-3" />
    </button>
  );
}

function Current({ organizationId }: { organizationId: string }) {
  const { data: organization, isError } = useQuery(organizationQuery(organizationId));
  if (organization === undefined) {
    return <span className="flex-1">{isError ? <Logo hasName /> : <Skeleton className="h-7 w-36" />}</span>;
  }
  return (
    <>
      <OrganizationMark id={organization.id} name={organization.name} size="small" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm font-semibold">{organization.name}</span>
        <span className="block truncate text-xs text-fg-3">{roleText[organization.role].label}</span>
      </span>
    </>
  );
}
