import { ApiError } from "#lib/failure.ts";
import type { Standing } from "./use-invitation.ts";

const standings: Record<string, Standing> = {
  "invitation.expired": "expired",
  "invitation.revoked": "revoked",
  "invitation.declined": "declined",
  "invitation.used": "used",
  "invitation.superseded": "superseded",
  "invitation.inviter_gone": "inviter_gone",
  "organization.suspended": "suspended",
  "organization.deleted": "deleted",
  "member.exists": "member",
};

/** What has become of an invitation, when that is why it could not be accepted. */
export function standingOf(error: unknown) {
  return error instanceof ApiError ? standings[error.code] : undefined;
}
