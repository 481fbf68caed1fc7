import { reauthenticationMinutes } from "@muster/core/base/limits.ts";
import { checkoutHours, planQuoteMinutes, quoteMinutes, requestDays } from "@muster/core/billing/limits.ts";
import { codeMinutes as deviceCodeMinutes } from "@muster/core/device/limits.ts";
import { downloadMinutes, uploadMinutes } from "@muster/core/import/limits.ts";
import { requestHours } from "@muster/core/invitation/limits.ts";
import { restorableDays } from "@muster/core/organization/limits.ts";
import { codeMinutes } from "@muster/core/session/limits.ts";
import { activityTexts } from "./openapi-activity.ts";
import { deviceTexts } from "./openapi-devices.ts";
import { invitationTexts } from "./openapi-invitations.ts";
import { notificationTexts } from "./openapi-notifications.ts";
import { reclaimTexts } from "./openapi-reclaim.ts";
import { settingTexts } from "./openapi-settings.ts";
import { teamTexts } from "./openapi-teams.ts";
import type { OperationText } from "./openapi-text-shape.ts";
import { updateTexts } from "./openapi-updates.ts";

const csv = "A CSV file, in parts. Follow the `Link` header to the next part; one after the other, they are the file.";

/** By the `operationId`. No function holds these texts. */
export const operationTexts: Record<string, OperationText> = {
  // Account
  getAccount: { summary: "Get your account" },
  updateAccount: {
    summary: "Update your account",
    description: "Fields that you leave out keep their values. A new name or color shows in all your organizations.",
  },
  previewAccountDeletion: {
    summary: "Check whether you can delete your account",
    description: "Returns the organizations that you are the only owner of. Transfer or delete them first.",
  },
  deleteAccount: {
    summary: "Delete your account",
    description: "You leave all organizations, and all your sessions end. This cannot be undone.",
  },

  // Devices
  requestDeviceCode: {
    summary: "Start linking a device",
    description: `Returns a device code for the client, and a user code that a member enters on the approval page (RFC 8628). Both work for ${deviceCodeMinutes} minutes. A client on a computer with a browser sends a challenge instead of asking again and again (RFC 8252, RFC 7636).`,
  },
  createDeviceToken: {
    summary: "Get the token of a device",
    description:
      "Until a member has approved the device, fails with `device.authorization_pending`; ask again after the interval. An answer that was lost is given again until the token is first used.",
  },
  reviewDevice: {
    summary: "Show which device waits with a code",
    description: "Shows what someone would approve. Wrong codes are limited.",
  },
  approveDevice: {
    summary: "Approve a device",
    description: "The device is linked to you in the organization, and gets its settings.",
  },
  denyDevice: { summary: "Deny a device", description: "Its client learns that, and gets nothing." },
  listMyDevices: { summary: "List your devices", description: "Oldest first, in all your organizations." },
  updateMyDevice: {
    summary: "Change one of your devices",
    description: "Its name, or whether it is a canary. Owners and admins see both.",
  },
  revokeMyDevice: {
    summary: "Revoke one of your devices",
    description: "It gets nothing more, and removes everything that it got when it is next in contact.",
  },
  listDevices: {
    summary: "List devices",
    description: "Oldest first. A page may have fewer items than fit; follow `next` until it is missing.",
  },
  getDeviceSummary: {
    summary: "Get a summary of device status",
    description:
      "Counts the devices by status, platform, version, team, and revision, and what they refuse. With more than 100 devices, an answer may be as old as a kept one may be: 2 seconds up to 2,000 devices, then a millisecond for each, and never more than a minute. An answer is never about other settings than the current ones.",
  },
  exportDevices: {
    summary: "Export devices",
    description: "Returns devices as CSV, 500 per part, with the filters of the list. All parts in order are one file.",
  },
  listDeviceReceipts: {
    summary: "List the receipts of a device",
    description:
      "Newest first. A receipt is what the device has signed about the settings that it got; it is kept for 90 days.",
  },
  getDevice: { summary: "Get a device", description: "With what its receipts say." },

  // Invitations that you received
  listMyInvitations: {
    summary: "List invitations to your address",
    description: "Those that you can accept, by the age of their organizations, oldest first.",
  },
  previewInvitation: {
    summary: "Preview an invitation",
    description: "Returns the organization, the role, and whether it can be accepted.",
  },
  acceptInvitation: {
    summary: "Accept an invitation",
    description: "You become a member, and the seat that the invitation held becomes yours.",
  },
  declineInvitation: {
    summary: "Decline an invitation",
    description: "The seat that the invitation held is free again.",
  },
  requestInvitation: {
    summary: "Request a new invitation",
    description: `Notifies the owners and admins that someone wants a new invitation. Once in ${requestHours} hours for each invitation.`,
  },

  // Organizations
  createOrganization: {
    summary: "Create an organization",
    description: "It is on the free plan. You are its owner and take its first seat.",
  },
  listOrganizations: {
    summary: "List your organizations",
    description: "Oldest first. Owners also see deleted organizations that they can restore.",
  },
  getOrganization: { summary: "Get an organization" },
  updateOrganization: { summary: "Rename an organization" },
  deleteOrganization: {
    summary: "Delete an organization",
    description: `Its members lose access immediately. An owner can restore it for ${restorableDays} days.`,
  },
  restoreOrganization: {
    summary: "Restore a deleted organization",
    description: `Within ${restorableDays} days of its deletion. Members and teams are as before. A canceled subscription stays canceled: nobody can be invited until you choose a plan, or until the grace period is over and the free seats suffice.`,
  },

  // Billing
  getBilling: { summary: "Get the billing of an organization" },
  previewSeatChange: {
    summary: "Preview the price of a change",
    description: `Returns what Stripe would charge now and with the next invoice. Send its \`quote\` with \`changeSeats\` within ${quoteMinutes} minutes, or ${planQuoteMinutes} for another plan.`,
  },
  changeSeats: {
    summary: "Change seats or plan",
    description:
      "More seats are added when they are paid; fewer take effect immediately. With a `quote`, only at its price. A change that Stripe declines fails, and nothing is changed.",
  },
  createCheckout: {
    summary: "Create a checkout session",
    description: `Returns the page of Stripe on which to pay. It works for ${checkoutHours} hours. An organization has one open checkout: a new one ends the previous one.`,
  },
  confirmCheckout: {
    summary: "Confirm a checkout",
    description: "Reads the result of a checkout from Stripe. Call it when the buyer returns from Stripe's page.",
  },
  cancelSubscription: {
    summary: "Cancel the subscription",
    description: "It ends with the paid period. Until then it can be resumed.",
  },
  resumeSubscription: { summary: "Resume a canceled subscription", description: "Before it has ended." },
  applyDiscount: {
    summary: "Apply a promotion code",
    description: "A discount that is in force is replaced only with `replace`.",
  },
  createBillingPortal: {
    summary: "Create a billing portal session",
    description: "Returns the page of Stripe for payment methods, invoices, address, and tax ids.",
  },
  getUpcomingInvoice: {
    summary: "Get the upcoming invoice",
    description: "Returns what will be charged next if nothing changes until then, or why there is nothing.",
  },
  listInvoices: { summary: "List invoices", description: "Newest first." },
  listSeatRequests: {
    summary: "List requests for seats",
    description: "Those that are not decided, in the order of the ids of their authors.",
  },
  requestSeats: {
    summary: "Request seats",
    description: `Notifies owners and admins, who can buy them, unless automatic seats allow for it. A member has one open request, which expires after ${requestDays} days.`,
  },
  getOwnSeatRequest: { summary: "Get your last request for seats" },
  revokeSeatRequest: { summary: "Revoke your request for seats" },
  approveSeatRequest: {
    summary: "Approve a request for seats",
    description:
      "Buys the seats at the price of the `quote`. Of several approvals of a request, one is charged, and the others fail.",
  },
  declineSeatRequest: { summary: "Decline a request for seats", description: "Its author is notified." },
  listLedger: {
    summary: "List invoices with the changes behind them",
    description: "Newest first. Each line names the change of seats that it is for, and who requested it.",
  },
  exportLedger: { summary: "Export the seat ledger", description: csv },

  ...activityTexts,

  ...reclaimTexts,

  // Imports
  listImports: { summary: "List imports", description: "Newest first." },
  createImport: {
    summary: "Create an import",
    description: `Returns the form to upload the file with. The form works for ${uploadMinutes} minutes. The import starts when the file has arrived.`,
  },
  getImportSettings: { summary: "Get the import settings" },
  updateImportSettings: {
    summary: "Update the import settings",
    description: "They apply to files that scripts upload.",
  },
  getImport: { summary: "Get an import", description: "With its progress while it runs." },
  listImportRows: {
    summary: "List rows of an import to review",
    description: "Rows that were not invited, or not as they were written, in the order of the file.",
  },
  getImportReport: {
    summary: "Get a link to a report",
    description: `A CSV file of all rows, or of those that were not invited. The link works for ${downloadMinutes} minutes.`,
  },
  pauseImportEmails: { summary: "Pause the emails of an import" },
  resumeImportEmails: {
    summary: "Resume the emails of an import",
    description:
      "After a pause, or if they are `stalled`: what still waits is queued again, and nothing is sent twice.",
  },
  cancelImport: {
    summary: "Cancel an import",
    description: "Stops it within moments. Invitations that it sent stay pending, and are emailed.",
  },
  retryImport: {
    summary: "Retry an import",
    description: "Reads the file again for rows that had no seat, exceeded the daily limit, or were not reached.",
  },

  ...invitationTexts,

  // Members
  listMembers: {
    summary: "List members",
    description: "By name, unless `sort`, `search`, or `accounts` says otherwise.",
  },
  exportMembers: { summary: "Export members", description: csv },
  getMember: { summary: "Get a member" },
  updateMember: {
    summary: "Change a member's role",
    description:
      "You cannot grant a role above your own. Pending invitations that the member may no longer give are revoked a moment later, unless `keepInvitations` keeps those that you may give.",
  },
  previewRevocation: {
    summary: "Count invitations that would be revoked",
    description: "How many pending invitations the member sent that end with another role, or with the membership.",
  },
  removeMember: {
    summary: "Remove a member",
    description: "Their next request fails, and their seat is free. What they created stays.",
  },
  leaveOrganization: { summary: "Leave an organization", description: "Its last owner cannot." },
  transferOwnership: {
    summary: "Transfer ownership",
    description: "The member becomes an owner in your place, and you stay as an admin.",
  },

  ...deviceTexts,
  ...notificationTexts,
  ...settingTexts,
  ...updateTexts,

  ...teamTexts,

  // Plans
  listPlans: { summary: "List plans", description: "The free plan first, then those that are sold." },

  // Resources
  listResources: {
    summary: "List resources",
    description:
      "The desktop client, support, and pages elsewhere in the operator's order. What is not set is missing.",
  },

  // Sessions
  requestSignInCode: {
    summary: "Request a sign-in code",
    description: `Emails a code that works for ${codeMinutes} minutes. The response is the same whether the address has an account or not.`,
  },
  signInWithCookie: {
    summary: "Sign in with a cookie",
    description: "For browsers. Sets the session as a cookie. An address without an account gets one.",
  },
  signInWithToken: {
    summary: "Sign in with a token",
    description: "For scripts. Returns the session as a bearer token. An address without an account gets one.",
  },
  signOut: { summary: "Sign out", description: "Ends the session of this request." },
  listSessions: { summary: "List your sessions", description: "Oldest first." },
  endAllSessions: { summary: "Sign out everywhere", description: "Ends all your sessions, this one included." },
  endSession: { summary: "End a session", description: "Its next request fails." },
  requestConfirmationCode: {
    summary: "Request a confirmation code",
    description: `Emails a code to the address of your account. It works for ${codeMinutes} minutes.`,
  },
  confirmIdentity: {
    summary: "Confirm your identity",
    description: `Enter the emailed code. For ${reauthenticationMinutes} minutes, this session may do what requires a confirmed identity.`,
  },
};
