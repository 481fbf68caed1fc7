import { roles } from "@muster/core/base/role.ts";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { may } from "#features/rights/permissions.ts";
import { isKnown, type KnownRole, type Role } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { toast } from "#ui/toast.ts";
import type { RoleQuestion } from "./confirmation.ts";
import { revocationQuery, unknownRevocation } from "./use-revocation.ts";

/**
 * Changes a role at once, or asks first if it may end invitations of the member. Where nobody can be asked anymore, the
 * role stays: an Undo may be clicked on another page.
 */
export function useRoleQuestion(
  organizationId: string,
  change: (member: Member, role: KnownRole) => void,
  ask: (question: RoleQuestion) => void,
) {
  const queryClient = useQueryClient();
  const isShown = useRef(true);
  useEffect(() => {
    isShown.current = true;
    return () => {
      isShown.current = false;
    };
  }, []);
  return async (member: Member, role: Role) => {
    if (!isKnown(role)) {
      return;
    }
    const question = await questionAbout(queryClient, organizationId, { member, role });
    if (question && !isShown.current) {
      const description = "Some pending invitations may be revoked. Change the role on the Members page.";
      toast(`${member.name}’s role was not changed`, { description, type: "error" });
    } else if (question) {
      ask(question);
    } else {
      change(member, role);
    }
  };
}

/** Returns what to ask before a member gets a role: nothing only if it is certain that no invitation ends. */
export async function questionAbout(
  queryClient: QueryClient,
  organizationId: string,
  { member, role }: { member: Member; role: KnownRole },
): Promise<RoleQuestion | undefined> {
  if (!mayEndInvitations(member.role, role)) {
    return undefined;
  }
  const query = revocationQuery(organizationId, member.account, role);
  // threat: a role is changed without a question because its preview failed
  const revocation = await queryClient.fetchQuery(query).catch(() => unknownRevocation);
  const { revoked, isComplete } = revocation;
  // threat: a role is changed without a question although not all invitations were looked at
  return revoked > 0 || !isComplete ? { about: "role", member, role, revocation } : undefined;
}

const order: readonly string[] = roles;

/**
 * Returns whether invitations of a member may end if they get a role: only of one that may invite, and only with a
 * lower one.
 */
export function mayEndInvitations(present: Role, role: Role) {
  return !isKnown(present) || (may(present, "invitation.send") && isLower(role, present));
}

function isLower(role: Role, than: Role) {
  return order.indexOf(role) > order.indexOf(than);
}
