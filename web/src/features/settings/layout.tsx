import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { FailureView, ForbiddenView } from "#features/failure/view.tsx";
import { mayManage } from "#features/organization/words.ts";
import { organizationQuery } from "#lib/queries.ts";
import { MainHeading, PageHeader } from "#ui/card.tsx";
import { TabLinks, tabClass } from "#ui/tab-links.tsx";

/** What all settings of an organization share: they are for owners and admins, and each part has its own address. */
export function SettingsLayout() {
  const { organization: organizationId } = useParams({ from: "/_signed-in/organizations/$organization/settings" });
  const organization = useQuery(organizationQuery(organizationId));

  if (organization.isError && organization.data === undefined) {
    return (
      <FailureView
        error={organization.error}
        isBusy={organization.isFetching}
        onRetry={() => void organization.refetch()}
      />
    );
  }
  if (organization.data && !mayManage(organization.data.role)) {
    return <ForbiddenView permission="setting.getGeneral" />;
  }
  return (
    <>
      <PageHeader title="Settings" description="What holds for the whole organization. Seen by owners and admins." />
      <TabLinks label="Settings">
        <Link
          to="/organizations/$organization/settings/general"
          params={{ organization: organizationId }}
          replace
          resetScroll={false}
          className={tabClass}
        >
          General
        </Link>
        <Link
          to="/organizations/$organization/settings/imports"
          params={{ organization: organizationId }}
          replace
          resetScroll={false}
          className={tabClass}
        >
          Imports
        </Link>
      </TabLinks>
      <MainHeading value="h2">
        <Outlet />
      </MainHeading>
    </>
  );
}
