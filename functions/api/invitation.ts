import * as Answer from "@muster/core/invitation/answer.ts";
import * as Ask from "@muster/core/invitation/ask.ts";
import * as Export from "@muster/core/invitation/export.ts";
import * as List from "@muster/core/invitation/list.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Offer from "@muster/core/invitation/offer.ts";
import * as Reinstate from "@muster/core/member/reinstate.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import { command, download, query } from "./door.ts";
import type { Env } from "./env.ts";
import { noOther } from "./unrouted.ts";

/** For who is invited. */
export const invitations = new Hono<Env>()
  .get("/", query(Answer.mine, { id: "listMyInvitations", summary: "List the open invitations to my address" }))
  .post(
    "/preview",
    command(Answer.preview, {
      id: "previewInvitation",
      summary: "See what an invitation link offers; changes nothing",
    }),
  )
  .post("/accept", command(Answer.accept, { id: "acceptInvitation", summary: "Accept an invitation to my address" }))
  .post(
    "/decline",
    command(Answer.decline, { id: "declineInvitation", summary: "Decline an invitation to my address" }),
  )
  .post(
    "/ask",
    command(Ask.ask, { id: "requestInvitation", summary: "Ask for a fresh invitation with a dead link", status: 202 }),
  );

/** For who invites; under an organization. */
export const organizationInvitations = new Hono<Env>()
  .get("/", query(List.list, { id: "listInvitations", summary: "List pending, ended or former addresses" }))
  .post("/", command(Offer.send, { id: "sendInvitations", summary: "Invite up to 100 people, with a result for each" }))
  .post(
    "/review",
    command(Offer.review, { id: "reviewInvitations", summary: "See what inviting a list would do; changes nothing" }),
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
    command(Manage.changeRole, { id: "updateInvitation", summary: "Change the role that a pending invitation offers" }),
  )
  .delete("/:invitation", command(Manage.revoke, { id: "revokeInvitation", summary: "Revoke a pending invitation" }))
  .post(
    "/:invitation/resend",
    command(Offer.resend, { id: "resendInvitation", summary: "Mail a new link; the old one dies" }),
  )
  .post(
    "/:invitation/link",
    command(Manage.link, { id: "createInvitationLink", summary: "Get the link of a pending invitation" }),
  )
  .post(
    "/:invitation/reinstate",
    command(Reinstate.reinstate, { id: "reinstateMember", summary: "Take a removed member back" }),
  )
  .post(
    "/:invitation/unblock",
    command(Manage.unblock, { id: "unblockInvitation", summary: "Let mail through again after a bounce" }),
  );
