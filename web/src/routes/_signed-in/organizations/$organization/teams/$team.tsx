import { createFileRoute } from "@tanstack/react-router";
import { readActivityFilter } from "#features/activity/filter.ts";
import { TeamPage } from "#features/overview/team-page.tsx";
import { readTeamFilter } from "#features/updates/filter.ts";

export const Route = createFileRoute("/_signed-in/organizations/$organization/teams/$team")({
  validateSearch: (search: Record<string, unknown>) => ({ ...readTeamFilter(search), ...readActivityFilter(search) }),
  component: TeamPage,
});
