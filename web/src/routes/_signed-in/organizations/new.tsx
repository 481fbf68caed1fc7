import { createFileRoute } from "@tanstack/react-router";
import { CreatePage } from "#features/organization/create-page.tsx";

type Search = { made?: string; step?: "plan" | "people" };

export const Route = createFileRoute("/_signed-in/organizations/new")({
  validateSearch: ({ made, step }: Record<string, unknown>): Search =>
    typeof made === "string" && made.startsWith("org_")
      ? { made, ...((step === "plan" || step === "people") && { step }) }
      : {},
  component: CreatePage,
});
