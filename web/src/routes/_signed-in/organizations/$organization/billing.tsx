import { createFileRoute } from "@tanstack/react-router";
import { BillingPage } from "#features/billing/page.tsx";

/** The checkout that Stripe returns from. */
type Search = { session?: string };

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing")({
  validateSearch: ({ session }: Record<string, unknown>): Search =>
    typeof session === "string" && session.startsWith("cs_") ? { session } : {},
  component: BillingPage,
});
