import { createFileRoute } from "@tanstack/react-router";
import { ImportSettingPage } from "#features/settings/imports-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/imports")({
  component: ImportSettingPage,
});
