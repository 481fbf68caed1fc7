import { createFileRoute } from "@tanstack/react-router";
import { UpdatePage } from "#features/updates/update-page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/updates/$update")({
  component: UpdatePage,
});
