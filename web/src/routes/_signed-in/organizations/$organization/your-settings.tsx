import { createFileRoute } from "@tanstack/react-router";
import { OwnSettingsPage } from "#features/settings/own-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/your-settings")({
  component: OwnSettingsPage,
});
