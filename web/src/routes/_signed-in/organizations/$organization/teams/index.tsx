import { createFileRoute } from "@tanstack/react-router";
import { TeamsPage } from "#features/teams/list-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/teams/")({ component: TeamsPage });
