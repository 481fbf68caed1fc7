import { createFileRoute } from "@tanstack/react-router";
import { SecretsPage } from "#features/secrets/page.tsx";

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/api-keys")({
  component: SecretsPage,
});
