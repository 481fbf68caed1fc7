import { createFileRoute } from "@tanstack/react-router";
import { TeamPage } from "#features/teams/team-page.tsx";
import { readTeamFilter } from "#features/updates/filter.ts";

export const Route = createFileRoute("/_signed-in/organizations/$organization/teams/$team")({
  validateSearch: readTeamFilter,
  component: TeamPage,
});
