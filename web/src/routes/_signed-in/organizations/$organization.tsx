import { createFileRoute } from "@tanstack/react-router";
import { OverviewPage } from "#features/organization/overview-page.tsx";

type Search = { dialog?: "rename" };

export const Route = createFileRoute("/_signed-in/organizations/$organization")({
  validateSearch: (search: Record<string, unknown>): Search =>
    search["dialog"] === "rename" ? { dialog: "rename" } : {},
  component: OverviewPage,
});
