import * as Sender from "@muster/core/invitation/sender.ts";
import * as List from "@muster/core/member/list.ts";
import * as Member from "@muster/core/member/member.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { lazy } from "./lazy.ts";
import { command, query } from "./operation.ts";
import { noOther } from "./unrouted.ts";

/** Under an organization. */
export const members = new Hono<Env>()
  .get("/", query(List.list, { id: "listMembers", filters: ["team"] }))
  .route(
    "/export",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.memberExport),
  )
  .post("/leave", command(Member.leave, { id: "leaveOrganization" }))
  .use("/leave", noOther)
  .get("/:account", query(List.get, { id: "getMember" }))
  .patch("/:account", command(Member.changeRole, { id: "updateMember", etagOf: List.get }))
  .delete("/:account", command(Member.remove, { id: "removeMember", etagOf: List.get }))
  .get("/:account/sent-invitations", query(Sender.previewRevocation, { id: "previewRevocation" }))
  .post("/:account/transfer", command(Member.transfer, { id: "transferOwnership" }));
