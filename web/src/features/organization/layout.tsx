import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { ahead, needed } from "#lib/idle.ts";
import { organizationQuery } from "#lib/queries.ts";
import { useShortcut } from "#lib/use-shortcut.ts";
import { WhenFirst } from "#ui/when-first.tsx";
import { whyBlocked } from "./blocked.ts";
import { isInOrder } from "./text.ts";

const from = "/_signed-in/organizations/$organization";
const InviteDialog = lazy(
  ahead(() => import("#features/invite/dialog.tsx").then((file) => ({ default: file.InviteDialog }))),
);

const ImportDialog = lazy(
  ahead(() => import("#features/imports/dialog.tsx").then((file) => ({ default: file.ImportDialog }))),
);

const BillingStatusBanner = lazy(
  needed(() =>
    import("#features/billing/billing-status-banner.tsx").then((file) => ({ default: file.BillingStatusBanner })),
  ),
);

/** What all pages of an organization share: billing problems, and the invite dialogs, which their own URLs open. */
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
      {organization !== undefined && !isInOrder(organization) && (
        <Suspense>
          <BillingStatusBanner organization={organization} />
        </Suspense>
      )}
      <Outlet />
      {mayInvite && (
        <>
          <WhenFirst isOpen={dialog === "invite"}>
            <InviteDialog organization={organization} isOpen={dialog === "invite"} onClose={() => show(undefined)} />
          </WhenFirst>
          <WhenFirst isOpen={dialog === "import"}>
            <ImportDialog organization={organization} isOpen={dialog === "import"} onClose={() => show(undefined)} />
          </WhenFirst>
        </>
      )}
    </>
  );
}
