import { createFileRoute } from "@tanstack/react-router";
import { ImportPage } from "#features/imports/import-page.tsx";

type Search = { outcome?: string };

export const Route = createFileRoute("/_signed-in/organizations/$organization/imports/$import")({
  validateSearch: ({ outcome }: Record<string, unknown>): Search => (typeof outcome === "string" ? { outcome } : {}),
  component: ImportPage,
});
