import { Link, Outlet } from "@tanstack/react-router";
import { PageGate } from "#features/failure/gate.tsx";
import { type PageId, pagesFor } from "#features/rights/pages.ts";
import { RolloutPlace } from "#features/rollouts/rollout-banner.tsx";
import type { Organization } from "#lib/api.ts";
import { MainHeading, PageHeader } from "#ui/card.tsx";
import { TabLinks, tabClass } from "#ui/tab-links.tsx";
import { GeneralSkeleton } from "./general-skeleton.tsx";
import { useLayerReport } from "./use-layer.ts";

/** The tabs, in their order. */
const tabs: { [P in PageId]?: string } = {
  settings: "General",
  teamSettings: "Teams",
  featureSettings: "Features",
  secrets: "API keys",
  modelSettings: "Models",
  sourceSettings: "LTM Sources",
  websiteSettings: "LTM Websites",
  importSettings: "Imports",
  settingsHistory: "History",
};

/** Frames all settings of an organization: they are for owners and admins, and each section has its own address. */
export function SettingsLayout() {
  return (
    <PageGate
      page="settings"
      skeleton={
        <>
          <Head />
          <GeneralSkeleton />
        </>
      }
      hasOwnTitle
    >
      {(organization) => (
        <>
          <Head />
          <TabLinks label="Settings">
            {pagesFor(organization.role).map(
              ({ id, to }) =>
                tabs[id] !== undefined && (
                  <Link
                    key={id}
                    to={to}
                    params={{ organization: organization.id }}
                    replace
                    resetScroll={false}
                    className={tabClass}
                  >
                    {tabs[id]}
                  </Link>
                ),
            )}
          </TabLinks>
          <Rollout organization={organization} />
          <MainHeading value="h2">
            <Outlet />
          </MainHeading>
        </>
      )}
    </PageGate>
  );
}

/** Shows the rollout that is under way, which changes the values that apply. */
function Rollout({ organization }: { organization: Organization }) {
  return <RolloutPlace organization={organization} onChange={useLayerReport(organization.id)} />;
}

function Head() {
  return (
    <PageHeader title="Settings" description="Settings for the whole organization. Visible to owners and admins." />
  );
}
