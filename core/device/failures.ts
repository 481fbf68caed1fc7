import { failure } from "../base/failure.ts";
import { maxDevicesPerMember } from "./limits.ts";

export const failures = {
  missing: failure("missing", "device.missing", "Device not found."),
  changed: failure("conflict", "device.changed", "This device was just changed. Reload and try again."),
  exists: failure("conflict", "device.exists", "This device is already linked."),
  ended: failure("conflict", "device.ended", "This device was already revoked."),
  notMember: failure("conflict", "device.not_member", "You are no longer a member of this organization."),
  summaryOvertaken: failure("conflict", "device.summary_overtaken", "A newer summary was kept at the same time."),
  tooMany: failure(
    "limit",
    "device.limit_reached",
    `A member has at most ${maxDevicesPerMember} devices in an organization. Revoke one first.`,
  ),
};

/** Failures of linking that have a code of RFC 8628 or RFC 6749: what follows the dot. */
export const linkFailures = {
  pending: failure("invalid", "device.authorization_pending", "This device is not approved yet. Ask again later."),
  slowDown: failure("invalid", "device.slow_down", "Ask less often: wait 5 seconds longer between requests."),
  denied: failure("invalid", "device.access_denied", "Linking this device was denied."),
  expired: failure("invalid", "device.expired_token", "This device code has expired. Start again."),
  invalidGrant: failure(
    "invalid",
    "device.invalid_grant",
    "This code, verifier, or redirect address is wrong, or was used before. Start again.",
  ),
};

/** Failures of the page on which somebody approves a device. */
export const codeFailures = {
  unknown: failure(
    "missing",
    "device.code_unknown",
    "No device is waiting for this code. Check the code, or start again on the device.",
  ),
  expired: failure("gone", "device.code_expired", "This code has expired. Start again on the device."),
  used: failure("conflict", "device.code_used", "This code was already used. Start again on the device."),
  denied: failure("conflict", "device.code_denied", "This code was denied. Start again on the device."),
  otherOrganization: failure(
    "conflict",
    "device.other_organization",
    "The device asks to be linked to another organization.",
  ),
};
