import type { QueryClient } from "@tanstack/react-query";
import { editLists } from "#lib/optimistic.ts";
import type { Member } from "#lib/people.ts";
import { teamLeadsKey, teamMembersKey } from "#lib/teams.ts";

/** Returns a member who leads the team, or no longer does. */
export const withLead = (member: Member, team: string, isLead: boolean): Member => ({
  ...member,
  teams: member.teams.map((one) => (one.id === team ? { ...one, isLead } : one)),
});

/** Shows in all lists of the team's members whether one of them leads it, and removes who no longer does from the leads. */
export function showLead(
  queryClient: QueryClient,
  organizationId: string,
  team: string,
  { account, isLead }: { account: string; isLead: boolean },
) {
  editLists<Member>(queryClient, teamMembersKey(organizationId, team), (one) =>
    one.account === account ? withLead(one, team, isLead) : one,
  );
  // threat: a member who no longer leads a team stays in the list of its leads
  if (!isLead) {
    editLists<Member>(queryClient, teamLeadsKey(organizationId, team), (one) =>
      one.account === account ? undefined : one,
    );
  }
}
