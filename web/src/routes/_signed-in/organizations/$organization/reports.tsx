import { createFileRoute } from "@tanstack/react-router";
import { ReportsPage } from "#features/updates/reports-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/reports")({
  component: ReportsPage,
});
