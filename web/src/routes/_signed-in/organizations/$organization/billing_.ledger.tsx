import { createFileRoute } from "@tanstack/react-router";
import { LedgerPage } from "#features/ledger/page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing_/ledger")({
  component: LedgerPage,
});
