import { createFileRoute } from "@tanstack/react-router";
import { TeamLayerPage } from "#features/settings/team-layer-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/teams/$team")({
  component: TeamLayerPage,
});
