import { createFileRoute } from "@tanstack/react-router";
import { MissingView } from "#features/failure/missing.tsx";
import { OrganizationLayout } from "#features/shell/organization-layout.tsx";

type Search = { dialog?: "invite" | "import" };

export const Route = createFileRoute("/_signed-in/organizations/$organization")({
  validateSearch: ({ dialog }: Record<string, unknown>): Search =>
    dialog === "invite" || dialog === "import" ? { dialog } : {},
  component: OrganizationLayout,
  notFoundComponent: MissingView,
});
