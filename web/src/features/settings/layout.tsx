import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { FailureView, ForbiddenView } from "#features/failure/view.tsx";
import { type PageId, pages, pagesFor } from "#features/organization/pages.ts";
import { may } from "#features/organization/rights.ts";
import { organizationQuery } from "#lib/queries.ts";
import { MainHeading, PageHeader } from "#ui/card.tsx";
import { TabLinks, tabClass } from "#ui/tab-links.tsx";

const tabs: { [P in PageId]?: string } = { settings: "General", importSettings: "Imports" };

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
  if (organization.data && !may(organization.data.role, pages.settings.permission)) {
    return <ForbiddenView permission={pages.settings.permission} />;
  }
  return (
    <>
      <PageHeader title="Settings" description="What holds for the whole organization. Seen by owners and admins." />
      <TabLinks label="Settings">
        {organization.data &&
          pagesFor(organization.data.role).map(({ id, to }) => {
            const tab = tabs[id];
            return (
              tab !== undefined && (
                <Link
                  key={id}
                  to={to}
                  params={{ organization: organizationId }}
                  replace
                  resetScroll={false}
                  className={tabClass}
                >
                  {tab}
                </Link>
              )
            );
          })}
      </TabLinks>
      <MainHeading value="h2">
        <Outlet />
      </MainHeading>
    </>
  );
}
