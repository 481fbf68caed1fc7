import { createFileRoute } from "@tanstack/react-router";
import { TeamsTab } from "#features/settings/teams-tab.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/teams/")({
  component: TeamsTab,
});
