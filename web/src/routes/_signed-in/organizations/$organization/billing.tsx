import { createFileRoute } from "@tanstack/react-router";
import { BillingPage } from "#features/billing/page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing")({ component: BillingPage });
