import type { Role } from "#lib/api.ts";
import type { listMembers, Member } from "#lib/people.ts";
import { may } from "./permissions.ts";

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
