import { useQueryClient } from "@tanstack/react-query";
import { may } from "#features/organization/permissions.ts";
import { isKnown, type KnownRole, type Role } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import type { RoleQuestion } from "./confirmation.ts";
import { isLower } from "./role-order.ts";
import { revocationQuery } from "./use-revocation.ts";

/** Changes a role at once, or asks first if it ends invitations of the member: only a lower one does. */
export function useRoleQuestion(
  organizationId: string,
  change: (member: Member, role: KnownRole) => void,
  ask: (question: RoleQuestion) => void,
) {
  const queryClient = useQueryClient();
  return async (member: Member, role: Role) => {
    if (!isKnown(role)) {
      return;
    }
    const query = revocationQuery(organizationId, member.account, role);
    const revocation =
      may(member.role, "invitation.send") && isLower(role, member.role)
        ? await queryClient.fetchQuery(query).catch(() => undefined)
        : undefined;
    if (revocation !== undefined && revocation.revoked > 0) {
      ask({ about: "role", member, role, revocation });
    } else {
      change(member, role);
    }
  };
}
