import { createFileRoute } from "@tanstack/react-router";
import { DeparturePage } from "#features/departures/departure-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/departures/$departure")({
  component: DeparturePage,
});
