import { failure } from "../base/failure.ts";
import { maxDevicesPerMember } from "./limits.ts";

export const failures = {
  missing: failure("missing", "device.missing", "Device not found."),
  changed: failure("conflict", "device.changed", "This device was just changed. Reload and try again."),
  exists: failure("conflict", "device.exists", "This device is already linked."),
  notMember: failure("conflict", "device.not_member", "You are no longer a member of this organization."),
  tooMany: failure(
    "limit",
    "device.limit_reached",
    `A member has at most ${maxDevicesPerMember} devices in an organization. Revoke one first.`,
  ),
};
