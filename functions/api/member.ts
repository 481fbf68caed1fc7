import * as List from "@muster/core/member/list.ts";
import * as Member from "@muster/core/member/member.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { lazy } from "./lazy.ts";
import { command, query } from "./operation.ts";
import { noOther } from "./unrouted.ts";

/** Under an organization. */
export const members = new Hono<Env>()
  .get("/", query(List.list, { id: "listMembers", summary: "List or search members", filters: ["team"] }))
  .route(
    "/export",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.memberExport),
  )
  .post("/leave", command(Member.leave, { id: "leaveOrganization", summary: "Leave the organization" }))
  .use("/leave", noOther)
  .get("/:account", query(List.get, { id: "getMember", summary: "Get a member" }))
  .patch(
    "/:account",
    command(Member.changeRole, { id: "updateMember", summary: "Change a member's role", etagOf: List.get }),
  )
  .delete("/:account", command(Member.remove, { id: "removeMember", summary: "Remove a member", etagOf: List.get }))
  .post(
    "/:account/transfer",
    command(Member.transfer, { id: "transferOwnership", summary: "Transfer ownership to a member" }),
  );
