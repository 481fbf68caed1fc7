import { createFileRoute } from "@tanstack/react-router";
import { CreatePage } from "#features/organization/create-page.tsx";

type Search = { made?: string };

export const Route = createFileRoute("/_signed-in/organizations/new")({
  validateSearch: ({ made }: Record<string, unknown>): Search =>
    typeof made === "string" && made.startsWith("org_") ? { made } : {},
  component: CreatePage,
});
