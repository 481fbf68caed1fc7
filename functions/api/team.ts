import * as Lead from "@muster/core/team/lead.ts";
import * as List from "@muster/core/team/list.ts";
import * as Members from "@muster/core/team/members.ts";
import * as Team from "@muster/core/team/team.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. The members of a team are a filter of its members. */
export const teams = new Hono<Env>()
  /**
   * List teams. By name. Private teams are listed for their members, owners, and admins. With `of=own`, only the
   * teams that you are in. For who is in a team, call `listMembers` with `team`. With `include=description`, each has
   * its description.
   */
  .get("/", query(List.list, { id: "listTeams" }))
  /** Create a team. It has no members yet, or you with `isLead`. A member can be in up to {team.maxTeams} teams. */
  .post("/", command(Team.create, { id: "createTeam", status: 201 }))
  /** Get a team. */
  .get("/:team", query(Team.get, { id: "getTeam" }))
  /**
   * Update a team. Fields that you leave out keep their values. Leads of the team may change everything but
   * `visibility`. A private team is missing for everybody but its members, owners, and admins.
   */
  .patch("/:team", command(Team.edit, { id: "updateTeam", etagOf: Team.get }))
  /** Delete a team. Its members stay in the organization. Its updates and their comments are erased. */
  .delete("/:team", command(Team.remove, { id: "deleteTeam", etagOf: Team.get }))
  /** Leave a team. You stay in the organization. */
  .post("/:team/leave", command(Members.leave, { id: "leaveTeam" }))
  /** Add members to a team. Up to {team.maxAccounts} at once, with a result for each. */
  .post("/:team/members", command(Members.addMembers, { id: "addTeamMembers" }))
  /**
   * Remove members from a team. Up to {team.maxAccounts} at once, with a result for each. Only owners and admins
   * remove its leads.
   */
  .post("/:team/members/remove", command(Members.removeMembers, { id: "removeTeamMembers" }))
  /**
   * Make a member a lead of a team. Leads change the team's name and description, add and remove members, pin its
   * updates, and make others leads. Repeating it changes nothing.
   */
  .post("/:team/leads", command(Lead.addLead, { id: "addTeamLead", filters: ["account"] }))
  /**
   * Remove a lead of a team. The member stays in the team. Leads end it for themselves; owners and admins for
   * everyone.
   */
  .post("/:team/leads/remove", command(Lead.removeLead, { id: "removeTeamLead", filters: ["account"] }));
