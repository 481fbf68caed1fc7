import { maxAccounts } from "@muster/core/team/limits.ts";
import * as Members from "@muster/core/team/members.ts";
import * as Team from "@muster/core/team/team.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. The members of a team are a filter of its members. */
export const teams = new Hono<Env>()
  .get("/", query(Team.list, { id: "listTeams", summary: "List teams by name" }))
  .post("/", command(Team.create, { id: "createTeam", summary: "Create a team", status: 201 }))
  .get("/:team", query(Team.get, { id: "getTeam", summary: "Get a team" }))
  .patch("/:team", command(Team.edit, { id: "updateTeam", summary: "Rename or describe a team", etagOf: Team.get }))
  .delete(
    "/:team",
    command(Team.remove, {
      id: "deleteTeam",
      summary: "Delete a team; its members stay in the organization",
      etagOf: Team.get,
    }),
  )
  .post("/:team/leave", command(Members.leave, { id: "leaveTeam", summary: "Leave a team" }))
  .post(
    "/:team/members",
    command(Members.addMembers, { id: "addTeamMembers", summary: `Add up to ${maxAccounts} members to a team` }),
  )
  .post(
    "/:team/members/remove",
    command(Members.removeMembers, {
      id: "removeTeamMembers",
      summary: `Remove up to ${maxAccounts} members from a team`,
    }),
  );
