import { createFileRoute } from "@tanstack/react-router";
import { GeneralPage } from "#features/settings/general-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/general")({
  component: GeneralPage,
});
