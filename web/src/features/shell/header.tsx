import { Dialog } from "@base-ui/react/dialog";
import { useQuery } from "@tanstack/react-query";
import { Link, useLocation, useParams } from "@tanstack/react-router";
import { Menu as MenuIcon } from "lucide-react";
import { type ReactNode, useState } from "react";
import { InviteButton } from "#features/invite/button.tsx";
import { NoticesMenu } from "#features/notices/menu.tsx";
import { mayManage } from "#features/organization/words.ts";
import { organizationQuery } from "#lib/queries.ts";
import { buttonClass } from "#ui/button.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { AccountButton } from "./account-menu.tsx";
import { Sidebar } from "./sidebar.tsx";

export function Header() {
  return (
    <header className="sticky top-0 z-20 flex h-13 shrink-0 items-center gap-1 border-b border-border bg-bg px-2 sm:px-4 lg:px-9">
      <div className="lg:hidden">
        <NavigationDrawer />
      </div>
      <Breadcrumbs />
      <div className="ml-auto flex items-center gap-1">
        <Invite />
        <NoticesMenu />
        <div className="lg:hidden">
          <AccountButton />
        </div>
      </div>
    </header>
  );
}

/** On every page of an organization, for those who may. */
function Invite() {
  const { organization: organizationId } = useParams({ strict: false });
  const { data: organization } = useQuery({
    ...organizationQuery(organizationId ?? ""),
    enabled: organizationId !== undefined,
  });
  const mayInvite = organizationId !== undefined && organization !== undefined && mayManage(organization.role);
  return mayInvite && <InviteButton isCompact />;
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

function Breadcrumbs() {
  const { organization } = useParams({ strict: false });
  const path = useLocation({ select: (location) => location.pathname });
  return (
    <nav aria-label="Breadcrumb" className="min-w-0">
      <ol className="flex min-w-0 items-center gap-2 px-1 text-sm">
        {path === "/account" ? (
          <Crumb>Account</Crumb>
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
            {organization !== undefined && <OrganizationCrumbs organizationId={organization} path={path} />}
          </>
        )}
      </ol>
    </nav>
  );
}

const pages: Record<string, string> = { members: "Members", invitations: "Invitations" };

function OrganizationCrumbs({ organizationId, path }: { organizationId: string; path: string }) {
  const page = pages[path.split("/")[3] ?? ""];
  const name = <OrganizationName organizationId={organizationId} />;
  if (page === undefined) {
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
      <Crumb isBelow>{page}</Crumb>
    </>
  );
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
