import { failure } from "../base/failure.ts";
import { maxSecretsPerOrganization } from "./limits.ts";

export const failures = {
  missing: failure("missing", "secret.missing", "API key not found."),
  changed: failure("conflict", "secret.changed", "This API key was just changed. Reload and try again."),
  tooMany: failure(
    "limit",
    "secret.limit_reached",
    `An organization has at most ${maxSecretsPerOrganization} API keys. Delete one first.`,
  ),
  teamMissing: failure("conflict", "secret.team_missing", "One of these teams does not exist. Reload and try again."),
};
