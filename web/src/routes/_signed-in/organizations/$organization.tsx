import { createFileRoute } from "@tanstack/react-router";
import { OrganizationLayout } from "#features/organization/layout.tsx";

const dialogs = ["rename", "invite"] as const;
type Search = { dialog?: (typeof dialogs)[number] };

export const Route = createFileRoute("/_signed-in/organizations/$organization")({
  validateSearch: (search: Record<string, unknown>): Search => {
    const dialog = dialogs.find((name) => name === search["dialog"]);
    return dialog === undefined ? {} : { dialog };
  },
  component: OrganizationLayout,
});
