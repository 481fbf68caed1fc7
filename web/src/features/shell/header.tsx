import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { InviteButton } from "#features/invitations/invite-button.tsx";
import { NotificationsMenu } from "#features/notifications/menu.tsx";
import { Palette } from "#features/palette/palette.tsx";
import { ShortcutsDialog } from "#features/palette/shortcuts-dialog.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { type Page, pageAt } from "#features/rights/pages.ts";
import { may } from "#features/rights/permissions.ts";
import { commandName, isCommand } from "#lib/command-key.ts";
import { showOverlay, useOverlay } from "#lib/overlay.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useKeyDown, useShortcut } from "#lib/use-shortcut.ts";
import { buttonClass } from "#ui/button.tsx";
import { Kbd } from "#ui/kbd.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { AccountButton } from "./account-menu.tsx";
import { Sidebar } from "./sidebar.tsx";

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

/** Opens overlays by their keys. An overlay whose code has not loaded opens when it has. */
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
        <Link {...pageOf(organizationId, "")} className="truncate hover:text-fg">
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

/** For those who may invite; disabled with the reason while nobody can be invited. */
function InviteTo({ organizationId }: { organizationId: string }) {
  const { data: organization } = useQuery(organizationQuery(organizationId));
  return (
    organization !== undefined &&
    may(organization.role, "invitation.send") && (
      <InviteButton isCompact blocked={whyBlocked(organization, "invitation.send")} />
    )
  );
}

function NavigationDrawer() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger aria-label="Open navigation" className={buttonClass({ variant: "ghost", size: "icon" })}>
        <MenuIcon />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-overlay transition-opacity data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-40 w-[min(300px,85vw)] border-r border-border bg-bg shadow-3 outline-none transition-transform duration-200 ease-out data-ending-style:-translate-x-full data-starting-style:-translate-x-full">
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <Sidebar onNavigate={() => setOpen(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/**
 * The palette, the list of shortcuts, and the button that looks like the field of the palette. They come with the page:
 * typing right after a key loses no letter.
 */
function Overlays() {
  const shown = useOverlay();
  return (
    <>
      <PaletteButton />
      <Palette isOpen={shown === "palette"} />
      <ShortcutsDialog isOpen={shown === "shortcuts"} />
    </>
  );
}

function PaletteButton() {
  return (
    <button
      type="button"
      aria-label="Search or jump to"
      aria-haspopup="dialog"
      aria-keyshortcuts="Meta+K Control+K"
      onClick={() => showOverlay("palette")}
      className="flex h-8 items-center gap-2 rounded-md text-sm text-fg-3 transition-colors duration-100 hover:text-fg max-md:size-8 max-md:justify-center max-md:hover:bg-surface-3 md:w-56 md:border md:border-control md:bg-surface md:px-2.5 md:shadow-1 md:hover:border-fg-3 pointer-coarse:size-10"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span aria-hidden className="flex-1 text-left max-md:hidden">
        Search or jump to…
      </span>
      <span className="max-md:hidden">
        <Kbd>{commandName("K")}</Kbd>
      </span>
    </button>
  );
}
