import * as Account from "@muster/core/account/account.ts";
import * as Audit from "@muster/core/audit/list.ts";
import * as Billing from "@muster/core/billing/billing.ts";
import { quoteMinutes } from "@muster/core/billing/limits.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import * as Import from "@muster/core/import/import.ts";
import { Entry as ImportRow } from "@muster/core/import/rows.ts";
import * as ImportSetting from "@muster/core/import/setting.ts";
import * as Invitation from "@muster/core/invitation/list.ts";
import * as Answer from "@muster/core/invitation/recipient.ts";
import * as Offer from "@muster/core/invitation/send.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Notification from "@muster/core/notification/list.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import * as Plan from "@muster/core/plan/plan.ts";
import * as Seat from "@muster/core/seat/seat.ts";
import { Flow } from "@muster/core/session/flow.ts";
import * as Session from "@muster/core/session/session.ts";
import * as General from "@muster/core/setting/general.ts";
import { maxTeams } from "@muster/core/team/limits.ts";
import { Named as TeamNamed } from "@muster/core/team/names.ts";
import * as Team from "@muster/core/team/team.ts";

/** Shapes that several answers share, with their names in generated clients. */
export const shapes = {
  Account: Account.Info,
  AuditEvent: Audit.Info,
  Billing: Billing.Info,
  CodeRequest: Flow,
  GeneralSettings: General.Info,
  Import: Import.Info,
  ImportEmails: Mailing.Info,
  ImportRow,
  ImportSettings: ImportSetting.Setting,
  Invitation: Invitation.Info,
  InvitationEntry: Invitation.Entry,
  InvitationPreview: Answer.Preview,
  InvitationResult: Offer.Sent,
  InvitationReview: Offer.Reviewed,
  Invoice: Manage.Invoice,
  Member: Member.Info,
  Notification: Notification.Info,
  Organization: Organization.Info,
  OrganizationEntry: Organization.Listed,
  Plan: Plan.Info,
  ReceivedInvitation: Answer.Mine,
  Seats: Seat.Info,
  Session: Session.Info,
  Team: Team.Info,
  TeamEntry: Team.Entry,
  TeamReference: TeamNamed,
};

/** The sections of the operations, by noun. */
export const tags = {
  account: ["Account", "My profile."],
  audit: ["Audit log", "What happened in an organization, in order. For owners and admins."],
  billing: [
    "Billing",
    `Paying for seats. More of them count once they are paid, fewer at once; a price that was shown holds for ${quoteMinutes} minutes.`,
  ],
  import: [
    "Imports",
    "Inviting everybody in a CSV file, and the status of their emails. An organization runs one at a time.",
  ],
  invitation: ["Invitations", "Inviting people, and accepting or declining. A pending invitation holds a seat."],
  member: ["Members", "The members of an organization, and their roles."],
  notification: ["Notifications", "Messages from Muster to me."],
  organization: [
    "Organizations",
    "The organizations that I am a member of. All others answer like ones that do not exist.",
  ],
  plan: ["Plans", "The plans that an organization can have."],
  session: ["Sessions", "Signing in and out, and reauthenticating."],
  setting: ["Settings", "Settings for the whole organization. A change names the revision that was read."],
  team: ["Teams", `Members who belong together. A member may be in ${maxTeams} of them.`],
} as const;
