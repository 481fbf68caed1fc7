import { ApiError } from "#lib/failure.ts";
import type { InvitationState } from "./use-invitation.ts";

const billingStatuses: Record<string, InvitationState> = {
  "invitation.expired": "expired",
  "invitation.revoked": "revoked",
  "invitation.declined": "declined",
  "invitation.used": "used",
  "invitation.superseded": "superseded",
  "invitation.inviter_unauthorized": "inviter_unauthorized",
  "organization.suspended": "suspended",
  "organization.deleted": "deleted",
  "member.exists": "member",
};

/** The current state of an invitation that could not be accepted. */
export function stateOfFailure(error: unknown) {
  return error instanceof ApiError ? billingStatuses[error.code] : undefined;
}
