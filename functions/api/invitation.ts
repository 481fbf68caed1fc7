import * as Export from "@muster/core/invitation/export.ts";
import * as List from "@muster/core/invitation/list.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import * as InvitationRequest from "@muster/core/invitation/request.ts";
import * as ResendMany from "@muster/core/invitation/resend-many.ts";
import * as Resending from "@muster/core/invitation/resending.ts";
import * as Reviewing from "@muster/core/invitation/review.ts";
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
  /** List invitations to your address. Those that you can accept, by the age of their organizations, oldest first. */
  .get("/", query(Recipient.mine, { id: "listMyInvitations" }))
  /** Preview an invitation. Returns the organization, the role, and whether it can be accepted. */
  .post("/preview", command(Recipient.preview, { id: "previewInvitation" }))
  /** Accept an invitation. You become a member, and the seat that the invitation held becomes yours. */
  .post("/accept", command(Recipient.accept, { id: "acceptInvitation" }))
  /** Decline an invitation. The seat that the invitation held is free again. */
  .post("/decline", command(Recipient.decline, { id: "declineInvitation" }))
  /**
   * Request a new invitation. Notifies the owners and admins that someone wants a new invitation. Once in
   * {invitation.requestHours} hours for each invitation.
   */
  .post("/request", command(InvitationRequest.request, { id: "requestInvitation", status: 202 }));

/** For inviters; under an organization. */
export const organizationInvitations = new Hono<Env>()
  /**
   * List invitations. Pending ones by expiry, the last to expire first. Ended ones and former members, newest first.
   */
  .get("/", query(List.list, { id: "listInvitations" }))
  /**
   * Invite people. Up to {invitation.maxRows} at once, in their order, with a result for each. A pending invitation
   * holds a seat. If an address has a pending invitation with another role or other teams, `ifPending` says whether
   * it is changed, and emailed again; what a row does not name stays as it is.
   */
  .post("/", command(Sending.send, { id: "sendInvitations" }))
  /** Review invitations before sending. Returns for each what `sendInvitations` would do. Changes nothing. */
  .post("/review", command(Reviewing.review, { id: "reviewInvitations" }))
  .use("/review", noOther)
  /**
   * Resend invitations whose email did not leave. Emails new links to the pending invitations whose email `failed`,
   * or is `unconfirmed`. Looks at some at a time: send the request again with the `next` of its answer as `cursor`,
   * until it is missing. Each invitation counts toward the daily limits. One that was sent less than 5 minutes ago is
   * skipped, so a repeated request sends no email twice.
   */
  .post("/resend", command(ResendMany.resendMany, { id: "resendInvitations" }))
  .use("/resend", noOther)
  /**
   * Count emails that may have stopped. Counts those that have waited for more than {mail.stalledMinutes} minutes,
   * although nothing holds up the organization's emails. The first {invitation.pageSize} that wait are looked at;
   * those of an import are counted with it.
   */
  .get("/stalled", query(Stalled.getStalled, { id: "getStalledInvitations" }))
  .use("/stalled", noOther)
  /**
   * Queue stopped emails of invitations again. Queues those that `getStalledInvitations` counts, some at a time, with
   * the same links. None is sent twice, and none counts toward the daily limit again.
   */
  .post("/resume-emails", command(Stalled.resumeStalled, { id: "resumeInvitationEmails" }))
  .use("/resume-emails", noOther)
  /**
   * Export invitations. A CSV file, in parts. Follow the `Link` header to the next part; one after the other, they
   * are the file.
   */
  .get("/export", download(Export.exportPart, { id: "exportInvitations", ...csvFile("invitations") }))
  .use("/export", noOther)
  /** Get an invitation. */
  .get("/:invitation", query(List.get, { id: "getInvitation" }))
  /**
   * Update a pending invitation. Changes the role, the name, or the teams, without an email: what the request does
   * not name stays. You become its inviter.
   */
  .patch("/:invitation", command(Manage.changeRole, { id: "updateInvitation", etagOf: List.get }))
  /** Revoke an invitation. Its link stops working, and the seat that it held is free again. */
  .delete("/:invitation", command(Manage.revoke, { id: "revokeInvitation", etagOf: List.get }))
  /**
   * Resend an invitation. Emails a new link; the old one stops working. An ended one is pending again and takes a
   * seat.
   */
  .post("/:invitation/resend", command(Resending.resend, { id: "resendInvitation" }))
  /** Get the link of an invitation. The link that was emailed. It works only for the invited address. */
  .post("/:invitation/link", command(Manage.link, { id: "createInvitationLink" }))
  /**
   * Reinstate a removed member. With the previous role and teams, until {member.formerDays} days after the removal.
   * It takes a seat.
   */
  .post("/:invitation/reinstate", command(Reinstate.reinstate, { id: "reinstateMember" }))
  /** Allow email to an address again. After a bounce. After a complaint only the operator can. */
  .post("/:invitation/remove-suppression", command(Manage.removeSuppression, { id: "removeInvitationSuppression" }));
