import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { DangerZone } from "#features/deletion/danger-zone.tsx";
import { DomainsCard } from "#features/domains/domains-card.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { may } from "#features/rights/permissions.ts";
import { domainsQuery } from "#lib/domains.ts";
import { organizationQuery } from "#lib/queries.ts";
import { generalSettingsQuery } from "#lib/settings.ts";
import { useTitle } from "#lib/title.ts";
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
