import { createFileRoute } from "@tanstack/react-router";
import { SettingsLayout } from "#features/settings/layout.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings")({
  component: SettingsLayout,
});
