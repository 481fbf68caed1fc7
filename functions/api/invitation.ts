import * as Export from "@muster/core/invitation/export.ts";
import * as List from "@muster/core/invitation/list.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import * as InvitationRequest from "@muster/core/invitation/request.ts";
import * as ResendMany from "@muster/core/invitation/resend-many.ts";
import * as Sending from "@muster/core/invitation/send.ts";
import * as Stalled from "@muster/core/mail/stalled.ts";
import * as Reinstate from "@muster/core/member/reinstate.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";
import { noOther } from "./unrouted.ts";

/** For recipients. */
export const invitations = new Hono<Env>()
  .get("/", query(Recipient.mine, { id: "listMyInvitations" }))
  .post("/preview", command(Recipient.preview, { id: "previewInvitation" }))
  .post("/accept", command(Recipient.accept, { id: "acceptInvitation" }))
  .post("/decline", command(Recipient.decline, { id: "declineInvitation" }))
  .post("/request", command(InvitationRequest.request, { id: "requestInvitation", status: 202 }));

/** For inviters; under an organization. */
export const organizationInvitations = new Hono<Env>()
  .get("/", query(List.list, { id: "listInvitations" }))
  .post("/", command(Sending.send, { id: "sendInvitations" }))
  .post("/review", command(Sending.review, { id: "reviewInvitations" }))
  .use("/review", noOther)
  .post("/resend", command(ResendMany.resendMany, { id: "resendInvitations" }))
  .use("/resend", noOther)
  .get("/stalled", query(Stalled.getStalled, { id: "getStalledInvitations" }))
  .use("/stalled", noOther)
  .post("/resume-emails", command(Stalled.resumeStalled, { id: "resumeInvitationEmails" }))
  .use("/resume-emails", noOther)
  .get("/export", download(Export.exportPart, { id: "exportInvitations", ...csvFile("invitations") }))
  .use("/export", noOther)
  .get("/:invitation", query(List.get, { id: "getInvitation" }))
  .patch("/:invitation", command(Manage.changeRole, { id: "updateInvitation", etagOf: List.get }))
  .delete("/:invitation", command(Manage.revoke, { id: "revokeInvitation", etagOf: List.get }))
  .post("/:invitation/resend", command(Sending.resend, { id: "resendInvitation" }))
  .post("/:invitation/link", command(Manage.link, { id: "createInvitationLink" }))
  .post("/:invitation/reinstate", command(Reinstate.reinstate, { id: "reinstateMember" }))
  .post("/:invitation/remove-suppression", command(Manage.removeSuppression, { id: "removeInvitationSuppression" }));
