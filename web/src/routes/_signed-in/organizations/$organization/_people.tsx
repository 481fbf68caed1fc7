import { createFileRoute } from "@tanstack/react-router";
import { PeopleLayout } from "#features/members/layout.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people")({ component: PeopleLayout });
