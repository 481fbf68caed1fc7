import { createFileRoute } from "@tanstack/react-router";
import { DeparturesPage } from "#features/departures/list-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/departures")({
  component: DeparturesPage,
});
