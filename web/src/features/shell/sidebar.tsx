import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Building, LifeBuoy, type LucideIcon, UserRound } from "lucide-react";
import { lazy, type ReactNode, Suspense } from "react";
import { pageAt, pagesFor } from "#features/organization/pages.ts";
import { ApiError } from "#lib/failure.ts";
import { whenIdle } from "#lib/idle.ts";
import { organizationQuery, resourcesQuery } from "#lib/queries.ts";
import { Reserved } from "#ui/skeleton.tsx";

/** Menus are loaded after the page: they are half of its code. */
const AccountBlock = lazy(
  whenIdle(() => import("./account-menu.tsx").then((file) => ({ default: file.AccountBlock }))),
);
const OrganizationSwitcher = lazy(
  whenIdle(() => import("./organization-switcher.tsx").then((file) => ({ default: file.OrganizationSwitcher }))),
);

const SidebarTeams = lazy(
  whenIdle(() => import("./sidebar-teams.tsx").then((file) => ({ default: file.SidebarTeams }))),
);

const linkClass =
  "group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-fg-2 hover:bg-surface-3 hover:text-fg data-[status=active]:bg-surface-3 data-[status=active]:text-fg pointer-coarse:h-11";

/** The navigation: the switcher, the pages of the current organization, and one's own pages. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { organization } = useParams({ strict: false });
  const isMissing = useIsMissing(organization);
  const exact = { exact: true };
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <Suspense fallback={<Reserved className="h-11" />}>
        <OrganizationSwitcher />
      </Suspense>
      <nav aria-label="Main" className="-mx-3 flex min-h-0 flex-col gap-4 overflow-y-auto px-3">
        {organization !== undefined && !isMissing && (
          <Group label="Organization">
            <PageLinks organization={organization} onNavigate={onNavigate} />
          </Group>
        )}
        {organization !== undefined && !isMissing && (
          <Suspense>
            <SidebarTeams
              key={organization}
              organizationId={organization}
              onNavigate={onNavigate}
              linkClass={linkClass}
            />
          </Suspense>
        )}
        <Group label="You">
          <Link to="/" activeOptions={exact} onClick={onNavigate} className={linkClass}>
            <NavLabel icon={Building}>Organizations</NavLabel>
          </Link>
          <Link to="/account" onClick={onNavigate} className={linkClass}>
            <NavLabel icon={UserRound}>Account</NavLabel>
          </Link>
          <SupportLink onNavigate={onNavigate} />
        </Group>
      </nav>
      <div className="mt-auto">
        <Suspense fallback={<Reserved className="h-12" />}>
          <AccountBlock />
        </Suspense>
      </div>
    </div>
  );
}

/** Whether there is no such organization, as far as known. */
function useIsMissing(organization = "") {
  const { error } = useQuery({ ...organizationQuery(organization), enabled: organization !== "" });
  return error instanceof ApiError && error.status === 404;
}

type LinkProps = { organization: string; onNavigate: (() => void) | undefined };

/** Until the role is known, the pages that every member sees. A tab marks the page that it belongs to. */
function PageLinks({ organization, onNavigate }: LinkProps) {
  const { data } = useQuery(organizationQuery(organization));
  const path = useLocation({ select: ({ pathname }) => pathname });
  const open = pageAt(path);
  return pagesFor(data?.role ?? "read")
    .filter(({ within }) => within === undefined)
    .map(({ id, to, label, icon }) => (
      <Link
        key={id}
        to={to}
        params={{ organization }}
        activeOptions={{ exact: id === "overview", includeSearch: false }}
        onClick={onNavigate}
        className={linkClass}
        {...(open?.within === id && { "data-status": "active" })}
      >
        <NavLabel icon={icon}>{label}</NavLabel>
      </Link>
    ));
}

/** Where the operator helps, if that is set up. */
function SupportLink({ onNavigate }: Pick<LinkProps, "onNavigate">) {
  const { data } = useQuery(resourcesQuery);
  const { supportUrl } = data ?? {};
  if (supportUrl === undefined) {
    return null;
  }
  return (
    <a href={supportUrl} target="_blank" rel="noopener noreferrer" onClick={onNavigate} className={linkClass}>
      <NavLabel icon={LifeBuoy}>Support</NavLabel>
    </a>
  );
}

function Group({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-0.5">
      <p className="px-2.5 pb-1 text-xs font-medium text-fg-3">{label}</p>
      {children}
    </div>
  );
}

function NavLabel({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <>
      <Icon className="size-4 text-fg-3 group-data-[status=active]:text-fg" />
      {children}
    </>
  );
}
