import type { Invitation } from "#lib/people.ts";

/**
 * Returns what the main action of an invitation takes. Inviting somebody again reaches as far as resending: nobody gives
 * a role above their own.
 */
export function mainRight(state: Invitation["state"]) {
  return state === "former" ? "member.reinstate" : "invitation.resend";
}
