import { whyBlocked } from "#features/organization/blocked.ts";
import type { Organization } from "#lib/api.ts";
import type { Invitation } from "#lib/people.ts";

/**
 * Returns the permission that an invitation's main action requires. Inviting again requires the same as resending:
 * nobody grants a role above their own.
 */
function mainPermission(state: Invitation["state"]) {
  return state === "former" ? "member.reinstate" : "invitation.resend";
}

/** Returns why the main action of an invitation is not possible now: to resend it, to invite again, to restore. */
export function whyNotMain(organization: Organization, { state, role }: Invitation) {
  const blocked = whyBlocked(organization, mainPermission(state), { target: { role } });
  return blocked ?? (state === "pending" ? undefined : whyBlocked(organization, "invitation.send"));
}
