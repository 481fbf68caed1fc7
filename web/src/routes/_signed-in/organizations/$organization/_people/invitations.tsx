import { createFileRoute } from "@tanstack/react-router";
import { InvitationsPage } from "#features/invitations/page.tsx";
import type { Undelivered } from "#lib/people.ts";

type Search = { tab?: "ended" | "former"; mail?: Undelivered };

export const Route = createFileRoute("/_signed-in/organizations/$organization/_people/invitations")({
  validateSearch: ({ tab, mail }: Record<string, unknown>): Search => {
    if (tab === "ended" || tab === "former") {
      return { tab };
    }
    return mail === "failed" || mail === "unconfirmed" ? { mail } : {};
  },
  component: InvitationsPage,
});
