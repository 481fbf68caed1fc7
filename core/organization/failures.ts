import { failure } from "../base/failure.ts";

export const failures = {
  repeated: failure("conflict", "organization.repeated", "This organization exists already."),
  missing: failure("missing", "organization.missing", "There is no such organization."),
  readOnly: failure(
    "limit",
    "organization.read_only",
    "This organization can only be read, because its plan has ended. Choose a plan, or have no more members than free seats.",
  ),
  suspended: failure(
    "forbidden",
    "organization.suspended",
    "This organization is suspended. Its owners may look and pay, nothing else.",
  ),
  changed: failure(
    "conflict",
    "organization.changed",
    "Somebody changed this organization meanwhile. Look again first.",
  ),
};
