import { canGrant, covers, permissionsOfPeople as permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import type { KnownRole, Role } from "#lib/api.ts";

/** What a member of an organization may do by their role. */
export type Right = {
  [A in keyof typeof permissions]: "owner" extends keyof (typeof permissions)[A] ? A : never;
}[keyof typeof permissions];

/** The target of an action: another member or their invitation, or oneself. */
export type Target = { role?: Role; isOwn?: boolean };

/** Returns whether a role may perform an action, by the permission table. */
export function may(role: Role, action: Right, target: Target = {}) {
  if (role === "unknown") return false;
  const { role: held, isOwn = false } = target;
  return covers(ruleOf(action)[role], { isOwn, role: held === "unknown" ? undefined : held });
}

/** The rule of an action, with the states of an organization in which it stays possible. */
export function ruleOf(action: Right): Rule {
  return permissions[action];
}

/** Returns the roles that somebody with this one may grant, from the least to the most powerful. */
export function grantable(giver: Role): KnownRole[] {
  if (giver === "unknown") return [];
  return roles.filter((role) => canGrant(giver, role)).toReversed();
}

/** Returns whether a role may grant another one that allows the action. */
export function mayGrant(giver: Role, action: Right) {
  return grantable(giver).some((role) => may(role, action));
}
