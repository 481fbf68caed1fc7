import { createFileRoute } from "@tanstack/react-router";
import { LayerPage } from "#features/settings/layer-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/sources")({
  component: () => <LayerPage tab="sources" title="LTM Sources" />,
});
