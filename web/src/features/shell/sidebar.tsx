import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Building, LifeBuoy, type LucideIcon, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { pageAt, pagesFor, pagesOfAll } from "#features/rights/pages.ts";
import { ApiError } from "#lib/failure.ts";
import { organizationQuery, resourcesQuery } from "#lib/queries.ts";
import { AccountBlock } from "./account-menu.tsx";
import { OrganizationSwitcher } from "./organization-switcher.tsx";
import { SidebarTeams } from "./sidebar-teams.tsx";

const linkClass =
  "group flex h-8 items-center gap-2.5 rounded-md px-2.5 text-sm font-medium text-fg-2 hover:bg-surface-3 hover:text-fg data-[status=active]:bg-surface-3 data-[status=active]:text-fg pointer-coarse:h-11";

/** The navigation: the switcher, the pages of the current organization, and one's own pages. */
export function Sidebar({ onNavigate }: { onNavigate?: () => void }) {
  const { organization } = useParams({ strict: false });
  const isMissing = useIsMissing(organization);
  const exact = { exact: true };
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <OrganizationSwitcher />
      <nav aria-label="Main" className="-mx-3 flex min-h-0 grow flex-col gap-4 overflow-y-auto px-3">
        {organization !== undefined && !isMissing && (
          <Group label="Organization">
            <PageLinks organization={organization} onNavigate={onNavigate} />
          </Group>
        )}
        {organization !== undefined && !isMissing && (
          <SidebarTeams
            key={organization}
            organizationId={organization}
            onNavigate={onNavigate}
            linkClass={linkClass}
          />
        )}
        {/* at the bottom, so that pages and teams that come late don't move it */}
        <div className={organization && "mt-auto"}>
          <Group label="You">
            <Link to="/" activeOptions={exact} onClick={onNavigate} className={linkClass}>
              <NavLabel icon={Building}>Organizations</NavLabel>
            </Link>
            <Link to="/account" onClick={onNavigate} className={linkClass}>
              <NavLabel icon={UserRound}>Account</NavLabel>
            </Link>
            <SupportLink onNavigate={onNavigate} />
          </Group>
        </div>
      </nav>
      <AccountBlock />
      <Release />
    </div>
  );
}

/** Names the code of this page, which an operator asks for when something is wrong. */
function Release() {
  const release = document.querySelector<HTMLMetaElement>("meta[name=release]")?.content;
  return release && <footer className="-mt-2 px-2 text-xs break-words text-fg-3">Release {release}</footer>;
}

/** Returns whether there is no such organization, as far as known. */
function useIsMissing(organization = "") {
  const { error } = useQuery({ ...organizationQuery(organization), enabled: organization !== "" });
  return error instanceof ApiError && error.status === 404;
}

type LinkProps = { organization: string; onNavigate: (() => void) | undefined };

/**
 * Links the pages of the role. While it is unknown, these are the first pages, which every member sees: none of them
 * moves then. A tab marks the page that it belongs to.
 */
function PageLinks({ organization, onNavigate }: LinkProps) {
  const { data } = useQuery(organizationQuery(organization));
  const path = useLocation({ select: ({ pathname }) => pathname });
  const open = pageAt(path);
  return pagesFor(data?.role ?? "read")
    .filter(({ within }) => within === undefined)
    .slice(0, data ? undefined : pagesOfAll)
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

/** Links the operator's support, if that is set up. */
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
