import { createFileRoute } from "@tanstack/react-router";
import { HistoryPage } from "#features/settings/history-page.tsx";

/** The revisions that are compared. */
type Search = { compare?: number; with?: number };

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/history")({
  component: HistoryPage,
  validateSearch: ({ compare, with: other }: Record<string, unknown>): Search => ({
    ...(isRevision(compare) && { compare }),
    ...(isRevision(other) && { with: other }),
  }),
});

function isRevision(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
