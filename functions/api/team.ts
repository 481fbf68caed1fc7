import * as Lead from "@muster/core/team/lead.ts";
import * as List from "@muster/core/team/list.ts";
import * as Members from "@muster/core/team/members.ts";
import * as Team from "@muster/core/team/team.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. The members of a team are a filter of its members. */
export const teams = new Hono<Env>()
  .get("/", query(List.list, { id: "listTeams" }))
  .post("/", command(Team.create, { id: "createTeam", status: 201 }))
  .get("/:team", query(Team.get, { id: "getTeam" }))
  .patch("/:team", command(Team.edit, { id: "updateTeam", etagOf: Team.get }))
  .delete("/:team", command(Team.remove, { id: "deleteTeam", etagOf: Team.get }))
  .post("/:team/leave", command(Members.leave, { id: "leaveTeam" }))
  .post("/:team/members", command(Members.addMembers, { id: "addTeamMembers" }))
  .post("/:team/members/remove", command(Members.removeMembers, { id: "removeTeamMembers" }))
  .post("/:team/leads", command(Lead.addLead, { id: "addTeamLead", filters: ["account"] }))
  .post("/:team/leads/remove", command(Lead.removeLead, { id: "removeTeamLead", filters: ["account"] }));
