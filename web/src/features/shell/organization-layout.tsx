import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { BillingStatusBanner } from "#features/billing/billing-status-banner.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { isInOrder } from "#features/rights/text.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { opened } from "#ui/opened.tsx";

const from = "/_signed-in/organizations/$organization";
const InviteDialog = opened(async () => (await import("#features/invite/dialog.tsx")).InviteDialog);

const ImportDialog = opened(async () => (await import("#features/imports/dialog.tsx")).ImportDialog);

/** Frames all pages of an organization: billing problems, and the invite dialogs, which their own URLs open. */
export function OrganizationLayout() {
  const { organization: organizationId } = useParams({ from });
  const { dialog } = useSearch({ from });
  const navigate = useNavigate();
  const { data: organization } = useQuery(organizationQuery(organizationId));
  const mayInvite = organization !== undefined && whyBlocked(organization, "invitation.send") === undefined;

  function show(wanted: "invite" | undefined) {
    void navigate({
      to: ".",
      search: ({ dialog: _present, ...others }) => (wanted ? { ...others, dialog: wanted } : others),
      replace: !wanted,
      resetScroll: false,
    });
  }

  useShortcut("i", mayInvite ? () => show("invite") : undefined);
  return (
    <>
      {organization !== undefined && !isInOrder(organization) && <BillingStatusBanner organization={organization} />}
      <Outlet />
      {mayInvite && (
        <>
          <InviteDialog organization={organization} isOpen={dialog === "invite"} onClose={() => show(undefined)} />
          <ImportDialog organization={organization} isOpen={dialog === "import"} onClose={() => show(undefined)} />
        </>
      )}
    </>
  );
}
