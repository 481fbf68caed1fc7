import { createFileRoute } from "@tanstack/react-router";
import { CreatePage } from "#features/organizations/create-page.tsx";

type Search = { made?: string; step?: "plan" | "people" | undefined };

export const Route = createFileRoute("/_signed-in/organizations/new")({
  validateSearch: ({ made, step }: Record<string, unknown>): Search =>
    typeof made === "string" && made.startsWith("org_")
      ? { made, step: step === "plan" || step === "people" ? step : undefined }
      : {},
  component: CreatePage,
});
