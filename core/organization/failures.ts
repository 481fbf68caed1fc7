import { failure } from "../base/failure.ts";

export const failures = {
  repeated: failure("conflict", "organization.repeated", "This organization already exists."),
  missing: failure("missing", "organization.missing", "Organization not found."),
  readOnly: failure(
    "limit",
    "organization.read_only",
    "This organization is read-only because its plan ended. Choose a plan, or remove members until the free seats are enough.",
  ),
  suspended: failure(
    "forbidden",
    "organization.suspended",
    "This organization is suspended. Owners can view it and manage payment only.",
  ),
  updatesOff: failure(
    "forbidden",
    "organization.updates_off",
    "Updates are turned off in this organization. Owners and admins turn them on in the general settings.",
  ),
  changed: failure("conflict", "organization.changed", "This organization was just changed. Reload and try again."),
};
