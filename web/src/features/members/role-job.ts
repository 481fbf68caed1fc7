import type { Job } from "#features/bulk/use-bulk.ts";
import { roleText } from "#features/rights/text.ts";
import { knownRole, type Role } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { changeMemberRole, type Member } from "#lib/people.ts";
import { mayEndInvitations } from "./use-role-question.ts";

/** Gives many members a role. Undoing it would not bring back invitations, so it is offered only where none can end. */
export function roleJob(organizationId: string, items: Member[], role: Role): Job<Member> {
  const job = jobOf(organizationId, items, () => role);
  const mayEnd = items.some((member) => mayEndInvitations(member.role, role));
  return Object.assign(job, {
    doing: "Changing roles",
    done: (count: number) => `${plural(count, "member is", "members are")} ${roleText[role].label} now`,
    // threat: an Undo of many roles promises invitations that are revoked
    ...(!mayEnd && { reverse: { label: "Undo", job: (changed: Member[]) => undoing(organizationId, changed) } }),
  });
}

function undoing(organizationId: string, changed: Member[]): Job<Member> {
  return jobOf(organizationId, changed, ({ role }) => role);
}

function jobOf(organizationId: string, items: Member[], roleOf: (target: Member) => Role): Job<Member> {
  return {
    items,
    doing: "Undoing",
    done: (count) => `${plural(count, "member has", "members have")} the previous role again`,
    edit: (present, target) => ({ ...present, role: roleOf(target) }),
    act: (target) => changeMemberRole(organizationId, target.account, knownRole(roleOf(target))),
  };
}
