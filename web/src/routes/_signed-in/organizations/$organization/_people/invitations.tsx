import { createFileRoute } from "@tanstack/react-router";
import { InvitationsPage } from "#features/invitations/page.tsx";
import type { NotLeft } from "#lib/people.ts";

type Search = { tab?: "ended" | "former"; mail?: NotLeft };

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/invitations")({
  validateSearch: ({ tab, mail }: Record<string, unknown>): Search => {
    if (tab === "ended" || tab === "former") {
      return { tab };
    }
    return mail === "queued" || mail === "failed" || mail === "unconfirmed" ? { mail } : {};
  },
  component: InvitationsPage,
});
