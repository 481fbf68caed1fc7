import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { NotificationsMenu } from "#features/notifications/menu.tsx";
import { type Page, pageAt } from "#features/organization/pages.ts";
import { isCommand } from "#lib/command-key.ts";
import { showOverlay } from "#lib/overlay.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useKeyDown, useShortcut } from "#lib/use-shortcut.ts";
import { Skeleton } from "#ui/skeleton.tsx";
import { AccountButton } from "./account-menu.tsx";
import { NavigationDrawer } from "./drawer.tsx";
import { InviteTo } from "./invite-to.tsx";
import { Overlays } from "./overlays.tsx";

export function Header() {
  const { organization } = useParams({ strict: false });
  useOverlayKeys();
  return (
    <header className="sticky top-0 z-20 flex h-13 shrink-0 items-center gap-1 border-b border-border bg-bg px-2 sm:px-4 lg:px-9">
      <div className="lg:hidden">
        <NavigationDrawer />
      </div>
      <Breadcrumbs />
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        <Overlays />
        {organization !== undefined && <InviteTo organizationId={organization} />}
        <NotificationsMenu />
        <div className="lg:hidden">
          <AccountButton />
        </div>
      </div>
    </header>
  );
}

/** What a key opens before its code has loaded is opened when it has. */
function useOverlayKeys() {
  useKeyDown(
    () => showOverlay("palette"),
    (event) => isCommand(event, "k"),
  );
  useShortcut("?", () => showOverlay("shortcuts"));
  useEffect(() => () => showOverlay(undefined), []);
}

/** The pages that belong to no organization. */
const ofAccount: Record<string, string> = {
  "/account": "Account",
  "/account/notifications": "Notification preferences",
  "/link": "Link a device",
  "/notifications": "Notifications",
};

function Breadcrumbs() {
  const { organization } = useParams({ strict: false });
  const path = useLocation({ select: (location) => location.pathname });
  // the address changes before the parameters do: the organization that is left would be asked for once more
  const isWithin = organization !== undefined && path.startsWith(`/organizations/${organization}`);
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2 px-1 text-sm">
        {ofAccount[path] !== undefined ? (
          <Crumb>{ofAccount[path]}</Crumb>
        ) : (
          <>
            <li className={path === "/" ? "font-medium" : "max-sm:sr-only text-fg-2"}>
              {path === "/" ? (
                <span aria-current="page">Organizations</span>
              ) : (
                <Link to="/" className="hover:text-fg">
                  Organizations
                </Link>
              )}
            </li>
            {path === "/organizations/new" && <Crumb isBelow>New organization</Crumb>}
            {isWithin && <OrganizationCrumbs organizationId={organization} path={path} />}
          </>
        )}
      </ol>
    </nav>
  );
}

function OrganizationCrumbs({ organizationId, path }: { organizationId: string; path: string }) {
  const page = pageAt(path);
  const name = <OrganizationName organizationId={organizationId} />;
  if (page === undefined || page.id === "overview") {
    return <Crumb isBelow>{name}</Crumb>;
  }
  return (
    <>
      <li className="flex min-w-0 items-center gap-2 text-fg-2 max-sm:sr-only">
        <span aria-hidden className="text-fg-3">
          /
        </span>
        <Link
          to="/organizations/$organization"
          params={{ organization: organizationId }}
          className="truncate hover:text-fg"
        >
          {name}
        </Link>
      </li>
      <Crumb isBelow>
        {isBelow(path, page) ? (
          <Link to={page.to} params={{ organization: organizationId }} className="hover:text-accent-text">
            {page.label}
          </Link>
        ) : (
          page.label
        )}
      </Crumb>
    </>
  );
}

/** Returns whether a path leads to one of the entries of the page's list. */
function isBelow(path: string, { to }: Page) {
  return path.replace(/\/$/, "").split("/").length > to.split("/").length;
}

function Crumb({ isBelow = false, children }: { isBelow?: boolean; children: ReactNode }) {
  return (
    <li className="flex min-w-0 items-center gap-2">
      {isBelow && (
        <span aria-hidden className="text-fg-3 max-sm:hidden">
          /
        </span>
      )}
      <span aria-current="page" className="truncate font-medium">
        {children}
      </span>
    </li>
  );
}

function OrganizationName({ organizationId }: { organizationId: string }) {
  const { data, isError } = useQuery(organizationQuery(organizationId));
  if (data) return data.name;
  if (isError) return "Not found";
  return (
    <>
      <span className="sr-only">Organization</span>
      <Skeleton className="h-4 w-28" />
    </>
  );
}
