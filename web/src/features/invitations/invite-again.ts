import { isKnown } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { type Invitation, sendInvitations } from "#lib/people.ts";

/**
 * Invites the same person to the same role again.
 * @throws {ApiError} also if the API left the row out
 */
export async function inviteAgain(organizationId: string, { email, role, name }: Invitation) {
  if (!isKnown(role)) throw new ApiError("invitation.left_out", "A newer release of Muster granted this role.");
  const row = { email, role, ...(name !== undefined && { name }) };
  const { items } = await sendInvitations(organizationId, { invitations: [row] }, crypto.randomUUID());
  const [sent] = items;
  if (sent?.outcome !== "invited") {
    const code = sent?.outcome === "no_seat" ? "seat.limit_reached" : "invitation.left_out";
    throw new ApiError(code, sent?.message ?? "Nothing was sent.");
  }
}
