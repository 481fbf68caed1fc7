import { createFileRoute } from "@tanstack/react-router";
import { SecretsPage } from "#features/secrets/page.tsx";

/** `replace` opens the dialog that replaces this key. */
type Search = { show?: "to-replace"; replace?: string };

export const Route = createFileRoute("/_signed-in/organizations/$organization/settings/api-keys")({
  validateSearch: ({ show, replace }: Record<string, unknown>): Search => ({
    ...(show === "to-replace" && { show }),
    ...(typeof replace === "string" && { replace }),
  }),
  component: SecretsPage,
});
