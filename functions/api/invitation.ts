import * as Export from "@muster/core/invitation/export.ts";
import { maxRows } from "@muster/core/invitation/limits.ts";
import * as List from "@muster/core/invitation/list.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Answer from "@muster/core/invitation/recipient.ts";
import * as Ask from "@muster/core/invitation/request.ts";
import * as Offer from "@muster/core/invitation/send.ts";
import * as Reinstate from "@muster/core/member/reinstate.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";
import { noOther } from "./unrouted.ts";

/** For recipients. */
export const invitations = new Hono<Env>()
  .get("/", query(Answer.mine, { id: "listMyInvitations", summary: "List the open invitations to my address" }))
  .post(
    "/preview",
    command(Answer.preview, {
      id: "previewInvitation",
      summary: "Preview an invitation; changes nothing",
    }),
  )
  .post("/accept", command(Answer.accept, { id: "acceptInvitation", summary: "Accept an invitation to my address" }))
  .post(
    "/decline",
    command(Answer.decline, { id: "declineInvitation", summary: "Decline an invitation to my address" }),
  )
  .post(
    "/request",
    command(Ask.request, {
      id: "requestInvitation",
      summary: "Request a new invitation with an expired link",
      status: 202,
    }),
  );

/** For inviters; under an organization. */
export const organizationInvitations = new Hono<Env>()
  .get("/", query(List.list, { id: "listInvitations", summary: "List pending, ended or former addresses" }))
  .post(
    "/",
    command(Offer.send, { id: "sendInvitations", summary: `Invite up to ${maxRows} people, with a result for each` }),
  )
  .post(
    "/review",
    command(Offer.review, { id: "reviewInvitations", summary: "Preview a batch of invitations; changes nothing" }),
  )
  .use("/review", noOther)
  .get(
    "/export",
    download(Export.exportPart, { id: "exportInvitations", summary: "Export invitations", ...csvFile("invitations") }),
  )
  .use("/export", noOther)
  .get("/:invitation", query(List.get, { id: "getInvitation", summary: "Get an invitation" }))
  .patch(
    "/:invitation",
    command(Manage.changeRole, {
      id: "updateInvitation",
      summary: "Change the role of a pending invitation",
      etagOf: List.get,
    }),
  )
  .delete(
    "/:invitation",
    command(Manage.revoke, { id: "revokeInvitation", summary: "Revoke a pending invitation", etagOf: List.get }),
  )
  .post(
    "/:invitation/resend",
    command(Offer.resend, { id: "resendInvitation", summary: "Send a new link; the old one stops working" }),
  )
  .post(
    "/:invitation/link",
    command(Manage.link, { id: "createInvitationLink", summary: "Get the link of a pending invitation" }),
  )
  .post(
    "/:invitation/reinstate",
    command(Reinstate.reinstate, { id: "reinstateMember", summary: "Reinstate a removed member" }),
  )
  .post(
    "/:invitation/remove-suppression",
    command(Manage.removeSuppression, {
      id: "removeInvitationSuppression",
      summary: "Allow email to this address again after a bounce",
    }),
  );
