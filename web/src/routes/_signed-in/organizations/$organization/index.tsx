import { createFileRoute } from "@tanstack/react-router";
import { readActivityFilter } from "#features/activity/filter.ts";
import { OverviewPage } from "#features/overview/page.tsx";
import { readFilter } from "#features/updates/filter.ts";

export const Route = createFileRoute("/_signed-in/organizations/$organization/")({
  validateSearch: (search: Record<string, unknown>) => ({ ...readFilter(search), ...readActivityFilter(search) }),
  component: OverviewPage,
});
