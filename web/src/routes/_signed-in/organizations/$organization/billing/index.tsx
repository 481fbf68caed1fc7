import { createFileRoute } from "@tanstack/react-router";
import { BillingPage } from "#features/billing/page.tsx";

type Search = { order?: "new" };

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing/")({
  validateSearch: ({ order }: Record<string, unknown>): Search => (order === "new" ? { order } : {}),
  component: BillingPage,
});
