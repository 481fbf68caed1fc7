import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { DangerZone } from "#features/deletion/danger-zone.tsx";
import { FailureView } from "#features/failure/view.tsx";
import { whyBlocked } from "#features/organization/blocked.ts";
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

  useTitle("General settings");
  if (general.isError && general.data === undefined) {
    return <FailureView error={general.error} isBusy={general.isFetching} onRetry={() => void general.refetch()} />;
  }
  if (!(general.data && organization.data)) {
    return <GeneralSkeleton />;
  }
  return (
    <>
      <GeneralForm
        key={organizationId}
        organizationId={organizationId}
        general={general.data}
        readOnly={whyBlocked(organization.data, "setting.saveGeneral")}
      />
      {whyBlocked(organization.data, "organization.delete") === undefined && (
        <DangerZone organization={organization.data} />
      )}
    </>
  );
}
