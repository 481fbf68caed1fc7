import { createFileRoute } from "@tanstack/react-router";
import { LedgerPage } from "#features/ledger/page.tsx";

/** The month of a statement, such as `2026-11`. */
type Search = { month?: string };

export const Route = createFileRoute("/_signed-in/organizations/$organization/billing_/ledger")({
  validateSearch: ({ month }: Record<string, unknown>): Search =>
    typeof month === "string" && /^\d{4}-(0[1-9]|1[0-2])$/.test(month) ? { month } : {},
  component: LedgerPage,
});
