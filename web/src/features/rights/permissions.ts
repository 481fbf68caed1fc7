import { canGrant, covers, permissionsOfPeople as permissions, type Rule } from "@muster/core/base/permission.ts";
import { roles } from "@muster/core/base/role.ts";
import type { KnownRole, Role } from "#lib/api.ts";
import type { listMembers, Member } from "#lib/people.ts";

/** The actions that a member of an organization may do by their role. */
export type Permission = {
  [A in keyof typeof permissions]: "owner" extends keyof (typeof permissions)[A] ? A : never;
}[keyof typeof permissions];

/** The target of a permission: another member or their invitation, oneself, or a team, perhaps one that one leads. */
export type Target = { role?: Role; isOwn?: boolean; isLed?: boolean };

/** Returns whether a role has a permission, by the permission table. */
export function may(role: Role, permission: Permission, target: Target = {}) {
  if (role === "unknown") return false;
  const { role: held, isOwn = false, isLed = false } = target;
  // threat: an admin is offered to change owners
  return covers(ruleOf(permission)[role], { isOwn, isLed, role: held === "unknown" ? undefined : held });
}

/** The rule of a permission, with the states of an organization in which it stays possible. */
export function ruleOf(permission: Permission): Rule {
  return permissions[permission];
}

/** Returns the roles that somebody with this one may grant, from the least to the most powerful. */
export function grantable(giver: Role): KnownRole[] {
  if (giver === "unknown") return [];
  // threat: an admin is offered ownership to give away
  return roles.filter((role) => canGrant(giver, role)).toReversed();
}

/** Returns whether a role may grant another one that has the permission. */
export function mayGrant(giver: Role, permission: Permission) {
  return grantable(giver).some((role) => may(role, permission));
}

type Page = Awaited<ReturnType<typeof listMembers>>;

/** Returns who manages an organization, from the first page of its members by role, and whether there are more. */
export function managersOf(page: Page | undefined, isManager: (role: Role) => boolean = changesRoles) {
  const members: Member[] = page?.items ?? [];
  // threat: members who can grant nothing are shown as those to contact
  const managers = members.filter(({ role }) => isManager(role));
  return { managers, hasMore: page?.next !== undefined && managers.length === members.length };
}

function changesRoles(role: Role) {
  return may(role, "member.changeRole");
}

/** Returns whether this role can do anything about other members. */
export function mayManageMembers(viewer: Role) {
  return may(viewer, "member.changeRole") || may(viewer, "member.remove");
}
