import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy } from "react";
import { organizationQuery } from "#lib/queries.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { WhenFirst } from "#ui/when-first.tsx";
import { blocksInviting, mayManage } from "./words.ts";

const from = "/_signed-in/organizations/$organization";
const InviteDialog = lazy(() => import("#features/invite/dialog.tsx").then((file) => ({ default: file.InviteDialog })));

/** What all pages of an organization share: the dialog that invites, which its own address opens. */
export function OrganizationLayout() {
  const { organization: organizationId } = useParams({ from });
  const { dialog } = useSearch({ from });
  const navigate = useNavigate();
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const mayInvite = organization !== undefined && mayManage(organization.role) && !blocksInviting(organization);
  const isOpen = dialog === "invite";

  function show(open: boolean) {
    void navigate({
      to: ".",
      search: ({ dialog: _present, ...others }) => (open ? { ...others, dialog: "invite" as const } : others),
      replace: !open,
      resetScroll: false,
    });
  }

  useShortcut("i", mayInvite ? () => show(true) : undefined);
  return (
    <>
      <Outlet />
      {mayInvite && (
        <WhenFirst isOpen={isOpen}>
          <InviteDialog organization={organization} isOpen={isOpen} onClose={() => show(false)} />
        </WhenFirst>
      )}
    </>
  );
}
