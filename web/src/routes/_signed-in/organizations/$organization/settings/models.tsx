import { createFileRoute } from "@tanstack/react-router";
import { LayerPage } from "#features/settings/layer-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/models")({
  component: () => <LayerPage tab="models" title="Models" />,
});
