import { createFileRoute } from "@tanstack/react-router";
import { OverviewPage } from "#features/organization/overview-page.tsx";
import { readFilter } from "#features/updates/filter.ts";

export const Route = createFileRoute("/_signed-in/organizations/$organization/")({
  validateSearch: readFilter,
  component: OverviewPage,
});
