import { createFileRoute } from "@tanstack/react-router";
import { InvitationsPage } from "#features/invitations/page.tsx";

type Search = { tab?: "ended" };

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/invitations")({
  validateSearch: (search: Record<string, unknown>): Search => (search["tab"] === "ended" ? { tab: "ended" } : {}),
  component: InvitationsPage,
});
