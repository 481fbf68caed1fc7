import { maxAccounts, maxTeams } from "@muster/core/team/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

export const teamTexts: Record<string, OperationText> = {
  // Teams
  listTeams: {
    summary: "List teams",
    description:
      "By name. Private teams are listed for their members, owners, and admins. With `of=own`, only the teams that you are in. For who is in a team, call `listMembers` with `team`. With `include=description`, each has its description.",
  },
  createTeam: {
    summary: "Create a team",
    description: `It has no members yet, or you with \`isLead\`. A member can be in up to ${maxTeams} teams.`,
  },
  getTeam: { summary: "Get a team" },
  updateTeam: {
    summary: "Update a team",
    description:
      "Fields that you leave out keep their values. Leads of the team may change everything but `visibility`. A private team is missing for everybody but its members, owners, and admins.",
  },
  deleteTeam: {
    summary: "Delete a team",
    description: "Its members stay in the organization. Its updates and their comments are erased.",
  },
  leaveTeam: { summary: "Leave a team", description: "You stay in the organization." },
  addTeamMembers: {
    summary: "Add members to a team",
    description: `Up to ${maxAccounts} at once, with a result for each.`,
  },
  removeTeamMembers: {
    summary: "Remove members from a team",
    description: `Up to ${maxAccounts} at once, with a result for each. Only owners and admins remove its leads.`,
  },
  addTeamLead: {
    summary: "Make a member a lead of a team",
    description:
      "Leads change the team's name and description, add and remove members, pin its updates, and make others leads. Repeating it changes nothing.",
  },
  removeTeamLead: {
    summary: "Remove a lead of a team",
    description: "The member stays in the team. Leads end it for themselves; owners and admins for everyone.",
  },
};
