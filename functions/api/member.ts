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
  /** List members. By name, unless `sort`, `search`, or `accounts` says otherwise. */
  .get("/", query(List.list, { id: "listMembers", filters: ["team"] }))
  .route(
    "/export",
    lazy(async () => (await import("./deferred-routes.ts")).deferredRoutes.memberExport),
  )
  /** Leave an organization. Its last owner cannot. */
  .post("/leave", command(Member.leave, { id: "leaveOrganization" }))
  .use("/leave", noOther)
  /** Get a member. */
  .get("/:account", query(List.get, { id: "getMember" }))
  /**
   * Change a member's role. You cannot grant a role above your own. Pending invitations that the member may no longer
   * give are revoked a moment later, unless `keepInvitations` keeps those that you may give.
   */
  .patch("/:account", command(Member.changeRole, { id: "updateMember", etagOf: List.get }))
  /** Remove a member. Their next request fails, and their seat is free. What they created stays. */
  .delete("/:account", command(Member.remove, { id: "removeMember", etagOf: List.get }))
  /**
   * Count invitations that would be revoked. The number of pending invitations that the member sent and that end with
   * another role, or with the membership.
   */
  .get("/:account/sent-invitations", query(Sender.previewRevocation, { id: "previewRevocation" }))
  /** Transfer ownership. The member becomes an owner in your place, and you stay as an admin. */
  .post("/:account/transfer", command(Member.transfer, { id: "transferOwnership" }));
