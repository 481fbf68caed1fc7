import { roles } from "@muster/core/base/role.ts";
import { may } from "#features/organization/permissions.ts";
import { isKnown, type Role } from "#lib/api.ts";

const order: readonly string[] = roles;

/** Whether invitations of a member may end if they get a role: only of one that may invite, and only with a lower one. */
export function mayEndInvitations(present: Role, role: Role) {
  return !isKnown(present) || (may(present, "invitation.send") && isLower(role, present));
}

/** Whether a role may do less than another. */
function isLower(role: Role, than: Role) {
  return order.indexOf(role) > order.indexOf(than);
}
