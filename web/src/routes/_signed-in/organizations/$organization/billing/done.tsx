import { createFileRoute } from "@tanstack/react-router";
import { CheckoutDonePage } from "#features/billing/done-page.tsx";

type Search = { session?: string };

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing/done")({
  validateSearch: ({ session }: Record<string, unknown>): Search =>
    typeof session === "string" && session.startsWith("cs_") ? { session } : {},
  component: CheckoutDonePage,
});
