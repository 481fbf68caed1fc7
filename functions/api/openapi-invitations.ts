import { maxRows, pageSize } from "@muster/core/invitation/limits.ts";
import { stalledMinutes } from "@muster/core/mail/limits.ts";
import { formerDays } from "@muster/core/member/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

const csv = "A CSV file, in parts. Follow the `Link` header to the next part; one after the other, they are the file.";
const resendText =
  "Looks at some at a time: send the request again with the `next` of its answer as `cursor`, until it is missing. Each invitation counts toward the daily limits. One that was sent less than 5 minutes ago is skipped, so a repeated request sends no email twice.";

/** By the `operationId`. */
export const invitationTexts: Record<string, OperationText> = {
  resendImportEmails: {
    summary: "Resend emails of an import",
    description: `Emails new links to the invitations of the import whose email \`failed\`, or is \`unconfirmed\`. ${resendText}`,
  },
  listInvitations: {
    summary: "List invitations",
    description: "Pending ones by expiry, the last to expire first. Ended ones and former members, newest first.",
  },
  sendInvitations: {
    summary: "Invite people",
    description: `Up to ${maxRows} at once, in their order, with a result for each. A pending invitation holds a seat. If an address has a pending invitation with another role or other teams, \`ifPending\` says whether it is changed, and emailed again; what a row does not name stays as it is.`,
  },
  reviewInvitations: {
    summary: "Review invitations before sending",
    description: "Returns for each what `sendInvitations` would do. Changes nothing.",
  },
  exportInvitations: { summary: "Export invitations", description: csv },
  getInvitation: { summary: "Get an invitation" },
  updateInvitation: {
    summary: "Update a pending invitation",
    description:
      "Changes the role, the name, or the teams, without an email: what the request does not name stays. You become its inviter.",
  },
  revokeInvitation: {
    summary: "Revoke an invitation",
    description: "Its link stops working, and the seat that it held is free again.",
  },
  resendInvitation: {
    summary: "Resend an invitation",
    description: "Emails a new link; the old one stops working. An ended one is pending again and takes a seat.",
  },
  resendInvitations: {
    summary: "Resend invitations whose email did not leave",
    description: `Emails new links to the pending invitations whose email \`failed\`, or is \`unconfirmed\`. ${resendText}`,
  },
  getStalledInvitations: {
    summary: "Count emails that may have stopped",
    description: `Counts those that have waited for more than ${stalledMinutes} minutes, although nothing holds up the organization's emails. The first ${pageSize} that wait are looked at; those of an import are counted with it.`,
  },
  resumeInvitationEmails: {
    summary: "Queue stopped emails of invitations again",
    description:
      "Queues those that `getStalledInvitations` counts, some at a time, with the same links. None is sent twice, and none counts toward the daily limit again.",
  },
  createInvitationLink: {
    summary: "Get the link of an invitation",
    description: "The link that was emailed. It works only for the invited address.",
  },
  reinstateMember: {
    summary: "Reinstate a removed member",
    description: `With the previous role and teams, until ${formerDays} days after the removal. It takes a seat.`,
  },
  removeInvitationSuppression: {
    summary: "Allow email to an address again",
    description: "After a bounce. After a complaint only the operator can.",
  },
};
