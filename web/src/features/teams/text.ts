import type { Member } from "#lib/people.ts";
import type { Team } from "#lib/teams.ts";
/** "No members", "1 member", "1,204 members". */
export function memberText(count: number, number: (value: number) => string) {
  if (count === 0) {
    return "No members";
  }
  return `${number(count)} ${count === 1 ? "member" : "members"}`;
}

export const postingText = {
  members: "Members who may write post updates",
  leads: "Leads, owners, and admins post updates",
};
export const visibilityText = { open: "Everyone in the organization", private: "Only its members, owners, and admins" };

export const leads = ({ teams }: Pick<Member, "teams">, { id }: Pick<Team, "id">) =>
  teams.some((team) => team.id === id && team.isLead);
