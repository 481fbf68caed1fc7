import { minuteMs } from "@muster/core/base/duration.ts";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { type Page, pagesFor } from "#features/rights/pages.ts";
import { may } from "#features/rights/permissions.ts";
import { waitingText } from "#features/updates/report-text.ts";
import type { Organization } from "#lib/api.ts";
import { deviceSummaryQuery } from "#lib/organization-devices.ts";
import { reportsQuery } from "#lib/reports.ts";
import { useFormat } from "#lib/use-format.ts";
import { countedDevices, type Figures, manageText } from "./manage-text.ts";

/** Links to the parts of an organization, with what is in them. */
export function ManageCard({ organization }: { organization: Organization }) {
  const { id: organizationId, role } = organization;
  const figures = useFigures(organization);
  const { number } = useFormat();
  return (
    <nav aria-labelledby="manage" className="card overflow-hidden">
      <h2 id="manage" className="px-5 pt-4 pb-1 text-base font-semibold">
        {may(role, "setting.saveGeneral") ? "Manage" : "Explore"}
      </h2>
      <ul className="pb-2">
        {pagesFor(role).map((page) => {
          const text = manageText[page.id]?.(organization, figures, number);
          return (
            text !== undefined && (
              <li key={page.id}>
                <PageLink page={page} organizationId={organizationId} text={text} />
              </li>
            )
          );
        })}
      </ul>
    </nav>
  );
}

/** All devices may be read for it, so not every visit asks again. */
const ageMs = minuteMs;

/** Devices where the settings are in force, and reports that wait for a decision. */
function useFigures({ id, role, posting }: Organization): Figures {
  const { data: summary } = useQuery({
    ...deviceSummaryQuery(id),
    enabled: may(role, "device.summarize"),
    refetchInterval: false,
    staleTime: ageMs,
  });
  const isModerator = may(role, "update.listReports") && posting !== "off";
  const { data: reports } = useInfiniteQuery({ ...reportsQuery(id), enabled: isModerator, staleTime: ageMs });
  const [first] = reports?.pages ?? [];
  return {
    devices: countedDevices(summary),
    reports: first && waitingText(first),
  };
}

type LinkProps = { page: Page; organizationId: string; text: string };

function PageLink({ page: { to, icon: Icon, label }, organizationId, text }: LinkProps) {
  return (
    <Link
      to={to}
      params={{ organization: organizationId }}
      className="group flex min-h-14 items-center gap-3 px-5 py-2 hover:bg-surface-2 focus-visible:outline-offset-[-2px]"
    >
      <span className="grid size-9 shrink-0 place-items-center rounded-lg border border-border bg-surface-2 text-fg-2 group-hover:bg-surface">
        <Icon aria-hidden className="size-4" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block font-medium">{label}</span>
        <span className="tabular block truncate text-sm text-fg-3">{text}</span>
      </span>
      <ChevronRight aria-hidden className="size-4 text-fg-3 transition-transform group-hover:translate-x-0.5" />
    </Link>
  );
}
