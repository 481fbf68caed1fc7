import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { type Page, pageAt } from "#features/organization/pages.ts";
import { isCommand } from "#lib/command-key.ts";
import { whenIdle } from "#lib/idle.ts";
import { showOverlay } from "#lib/overlay.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useKeyDown, useShortcut } from "#lib/use-shortcut.ts";
import { Reserved, Skeleton } from "#ui/skeleton.tsx";

/** Only narrow windows show it, but turning a device can make any window narrow. */
const NavigationDrawer = lazy(
  whenIdle(() => import("./drawer.tsx").then((file) => ({ default: file.NavigationDrawer }))),
);

const NotificationsMenu = lazy(
  whenIdle(() => import("#features/notifications/menu.tsx").then((file) => ({ default: file.NotificationsMenu }))),
);

const AccountButton = lazy(
  whenIdle(() => import("./account-menu.tsx").then((file) => ({ default: file.AccountButton }))),
);

const InviteTo = lazy(whenIdle(() => import("./invite-to.tsx").then((file) => ({ default: file.InviteTo }))));

const Overlays = lazy(whenIdle(() => import("./overlays.tsx").then((file) => ({ default: file.Overlays }))));

export function Header() {
  useOverlayKeys();
  return (
    <header className="sticky top-0 z-20 flex h-13 shrink-0 items-center gap-1 border-b border-border bg-bg px-2 sm:px-4 lg:px-9">
      <div className="lg:hidden">
        <Suspense fallback={<Reserved className="size-8 pointer-coarse:size-10" />}>
          <NavigationDrawer />
        </Suspense>
      </div>
      <Breadcrumbs />
      <div className="ml-auto flex items-center gap-1 sm:gap-2">
        <Suspense fallback={<Reserved className="size-8 md:w-56 pointer-coarse:size-10" />}>
          <Overlays />
        </Suspense>
        <Invite />
        <Suspense fallback={<Reserved className="size-8 pointer-coarse:size-10" />}>
          <NotificationsMenu />
        </Suspense>
        <div className="lg:hidden">
          <Suspense fallback={<Reserved className="size-10" />}>
            <AccountButton />
          </Suspense>
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

/** On every page of an organization; elsewhere its code is not needed. */
function Invite() {
  const { organization } = useParams({ strict: false });
  return (
    organization !== undefined && (
      <Suspense>
        <InviteTo organizationId={organization} />
      </Suspense>
    )
  );
}

/** The pages that belong to no organization. */
const ofAccount: Record<string, string> = {
  "/account": "Account",
  "/account/notifications": "Notification preferences",
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
  return data?.name ?? (isError ? "Not found" : <Skeleton className="h-4 w-28" />);
}
