import { createFileRoute } from "@tanstack/react-router";
import { InvitationsPage } from "#features/invitations/page.tsx";

type Search = { tab?: "ended" | "former" };

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/invitations")({
  validateSearch: ({ tab }: Record<string, unknown>): Search => (tab === "ended" || tab === "former" ? { tab } : {}),
  component: InvitationsPage,
});
