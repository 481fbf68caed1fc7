import { restorableDays } from "@muster/core/organization/limits.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { deleteButtonId } from "#features/deletion/ids.ts";
import { DomainsCard } from "#features/domains/domains-card.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import { type Organization } from "#lib/api.ts";
import { domainsQuery } from "#lib/domains.ts";
import { organizationQuery } from "#lib/queries.ts";
import { generalSettingsQuery } from "#lib/settings.ts";
import { useTitle } from "#lib/title.ts";
import { Button } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { SettingsSection } from "#ui/settings-section.tsx";
import { GeneralForm } from "./general-form.tsx";
import { GeneralSkeleton } from "./general-skeleton.tsx";

export function GeneralPage() {
  const { organization: organizationId } = useParams({
    from: "/_signed-in/organizations/$organization/settings/general",
  });
  const organization = useQuery(organizationQuery(organizationId));
  const general = useQuery(generalSettingsQuery(organizationId));
  // what is below the domains keeps its place
  const { isPending } = useQuery(domainsQuery(organizationId));

  useTitle("General settings");
  return (
    <Gate query={organization.data ? general : { ...general, data: undefined }} skeleton={<GeneralSkeleton />}>
      {(found) =>
        organization.data && (
          <>
            <GeneralForm
              key={organizationId}
              organizationId={organizationId}
              general={found}
              readOnly={whyBlocked(organization.data, "setting.saveGeneral")}
            />
            <DomainsCard organization={organization.data} />
            {!isPending && may(organization.data.role, "organization.delete") && (
              <DangerZone organization={organization.data} />
            )}
          </>
        )
      }
    </Gate>
  );
}

const DeleteDialogs = opened(async () => (await import("#features/deletion/delete-dialogs.tsx")).DeleteDialogs);

/** Irreversible actions of owners are separate from the settings, at their end. */
function DangerZone({ organization }: { organization: Organization }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingsSection title="Danger zone" description="Visible to owners.">
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="text-sm font-medium">Delete this organization</h3>
          <p className="mt-0.5 text-sm text-fg-2 text-pretty">
            All members lose access immediately. An owner can restore it for {restorableDays} days. After that,
            everything in it is permanently deleted.
          </p>
        </div>
        <Button
          id={deleteButtonId}
          variant="danger"
          blocked={whyBlocked(organization, "organization.delete")}
          onClick={() => setOpen(true)}
        >
          Delete organization
        </Button>
      </div>
      {isOpen && <DeleteDialogs organization={organization} onClose={() => setOpen(false)} />}
    </SettingsSection>
  );
}
