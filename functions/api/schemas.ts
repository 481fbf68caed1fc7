import * as Account from "@muster/core/account/account.ts";
import * as Audit from "@muster/core/audit/list.ts";
import * as Billing from "@muster/core/billing/billing.ts";
import * as Ledger from "@muster/core/billing/ledger/ledger.ts";
import * as Months from "@muster/core/billing/ledger/months.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import { SeatRequest } from "@muster/core/billing/requests/requests.ts";
import * as Comment from "@muster/core/comment/comment.ts";
import * as Departure from "@muster/core/departure/departure.ts";
import * as DepartureNow from "@muster/core/departure/describe.ts";
import { Waiting } from "@muster/core/device/approve.ts";
import { Authorization } from "@muster/core/device/authorize.ts";
import { Summary as DeviceSummary } from "@muster/core/device/count.ts";
import * as Device from "@muster/core/device/device.ts";
import { Linked } from "@muster/core/device/exchange.ts";
import * as OrganizationDevice from "@muster/core/device/organization.ts";
import * as Domain from "@muster/core/domain/describe.ts";
import { Joinable } from "@muster/core/domain/join.ts";
import * as Figure from "@muster/core/figure/shape.ts";
import * as Import from "@muster/core/import/import.ts";
import { Entry as ImportRow } from "@muster/core/import/rows.ts";
import * as ImportSetting from "@muster/core/import/setting.ts";
import * as Invitation from "@muster/core/invitation/list.ts";
import * as Recipient from "@muster/core/invitation/recipient.ts";
import { Reviewed } from "@muster/core/invitation/review.ts";
import { Pending, Sent } from "@muster/core/invitation/send.ts";
import * as Mailing from "@muster/core/mail/mailing.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Notification from "@muster/core/notification/list.ts";
import { Preferences } from "@muster/core/notification/preference.ts";
import * as Organization from "@muster/core/organization/organization.ts";
import * as Passkey from "@muster/core/passkey/passkey.ts";
import { CreationOptions, NewCredential, RequestOptions, SignedCredential } from "@muster/core/passkey/shape.ts";
import * as Plan from "@muster/core/plan/plan.ts";
import * as Reclaim from "@muster/core/reclaim/reclaim.ts";
import * as Resource from "@muster/core/resource/resource.ts";
import * as Rollout from "@muster/core/rollout/describe.ts";
import * as Seat from "@muster/core/seat/seat.ts";
import * as Secret from "@muster/core/secret/describe.ts";
import { Flow } from "@muster/core/session/flow.ts";
import * as Session from "@muster/core/session/session.ts";
import * as Effective from "@muster/core/setting/effective.ts";
import { Changes, Entries } from "@muster/core/setting/entry.ts";
import * as General from "@muster/core/setting/general.ts";
import * as History from "@muster/core/setting/history.ts";
import * as OrganizationLayer from "@muster/core/setting/organization-layer.ts";
import * as Preview from "@muster/core/setting/preview.ts";
import * as TeamLayer from "@muster/core/setting/team-layer.ts";
import { Certificate } from "@muster/core/sync/certificate.ts";
import * as Received from "@muster/core/sync/received.ts";
import * as TeamList from "@muster/core/team/list.ts";
import * as TeamMembers from "@muster/core/team/members.ts";
import { Named as TeamNamed } from "@muster/core/team/names.ts";
import * as Team from "@muster/core/team/team.ts";
import { Reactor, Viewer } from "@muster/core/update/activity.ts";
import * as Update from "@muster/core/update/describe.ts";
import { Entry as Exported } from "@muster/core/update/export.ts";
import { TagEntry } from "@muster/core/update/feed.ts";
import { Mentionable } from "@muster/core/update/mentionable.ts";
import { Reported } from "@muster/core/update/report.ts";
import { Version, Whole as WholeUpdate } from "@muster/core/update/update.ts";

/** Shapes that several answers share, with their names in generated clients. */
export const shapes = {
  Account: Account.Info,
  AuditEvent: Audit.Info,
  Billing: Billing.Info,
  CodeRequest: Flow,
  Departure: DepartureNow.Info,
  DepartureCertificate: Certificate,
  DepartureDevice: DepartureNow.Device,
  DeparturePreview: Departure.Preview,
  DepartureSecret: DepartureNow.Secret,
  DepartureSummary: Departure.Summary,
  Device: OrganizationDevice.Info,
  DeviceAuthorization: Authorization,
  DeviceReceipt: Received.Info,
  DeviceSummary,
  Domain: Domain.Info,
  DomainJoin: Domain.Join,
  GeneralSettings: General.Info,
  Settings: OrganizationLayer.Info,
  SettingsEntries: Entries,
  EffectiveSettings: Effective.Info,
  SettingSource: Effective.Source,
  SettingStep: Effective.Step,
  SettingsRevision: History.Revision,
  SettingsPreview: Preview.Info,
  TeamSettings: TeamLayer.Info,
  Figures: Figure.Figures,
  Import: Import.Info,
  ImportEmails: Mailing.Info,
  ImportRow,
  ImportSettings: ImportSetting.Setting,
  Invitation: Invitation.Info,
  InvitationEntry: Invitation.Entry,
  InvitationPreview: Recipient.Preview,
  PendingInvitation: Pending,
  InvitationResult: Sent,
  InvitationReview: Reviewed,
  Invoice: Manage.Invoice,
  LedgerInvoice: Ledger.Info,
  LedgerMonth: Months.Month,
  SeatChange: Ledger.Change,
  SeatRequest,
  Reclaim: Reclaim.Reclaim,
  UnusedSeat: Reclaim.Unused,
  LinkedDevice: Linked,
  MyDevice: Device.Info,
  JoinableOrganization: Joinable,
  Member: Member.Info,
  Notification: Notification.Info,
  NotificationPreferences: Preferences,
  Organization: Organization.Info,
  OrganizationEntry: Organization.Listed,
  Plan: Plan.Info,
  ReceivedInvitation: Recipient.Mine,
  Resource: Resource.Info,
  Rollout: Rollout.Rollout,
  SeatCount: Seat.Count,
  Seats: Seat.Info,
  Secret: Secret.Info,
  Passkey: Passkey.Info,
  NewPasskey: NewCredential,
  PasskeySignature: SignedCredential,
  PasskeyCreationOptions: CreationOptions,
  PasskeyRequestOptions: RequestOptions,
  Session: Session.Info,
  Team: Team.Info,
  TeamAddition: TeamMembers.Addition,
  TeamEntry: TeamList.Entry,
  TeamReference: TeamNamed,
  WaitingDevice: Waiting,
  TeamRemoval: TeamMembers.Removal,
  Update: Update.Info,
  WholeUpdate,
  ReactionCounts: Update.Reactions,
  UpdateAuthor: Update.Author,
  UpdateVersion: Version,
  Mentionable,
  Comment: Comment.Info,
  WholeComment: Comment.Whole,
  ExportedUpdate: Exported,
  UpdateTag: TagEntry,
  UpdateReactor: Reactor,
  UpdateViewer: Viewer,
  Reported,
};

/** Shapes that several requests share. */
export const inputs = { SettingsChanges: Changes };

/** The heading of the operations of each noun, and a sentence about them. */
export const tags = {
  account: ["Account", "The account that is signed in."],
  audit: ["Audit log", "What happened in an organization. Owners and admins see it."],
  billing: ["Billing", "Seats, plan, and payment of an organization. Payment is by Stripe."],
  comment: ["Comments", "What members write below updates."],
  departure: [
    "Departures",
    "Members who left with devices, and revoked devices: what they had, and what has been done about it.",
  ],
  device: ["Devices", "Devices of members, which get the settings of an organization."],
  domain: ["Domains", "Domains of email addresses that an organization has verified, and joining by them."],
  figure: ["Figures", "Members, seats, and active members of an organization over time. Owners and admins see them."],
  import: ["Imports", "Invite the people in a CSV file. An organization runs one import at a time."],
  invitation: ["Invitations", "Invite people to an organization, and accept or decline invitations."],
  mail: ["Emails", "Emails of invitations that may have stopped."],
  reclaim: ["Unused seats", "Members and invitations that do not use their seats, and how these are reclaimed."],
  member: ["Members", "The members of an organization and their roles."],
  notification: ["Notifications", "What happened in your organizations that concerns you."],
  organization: ["Organizations", "The organizations that you are a member of."],
  passkey: ["Passkeys", "Keys of your devices, with which you sign in without a code (Web Authentication)."],
  plan: ["Plans", "The plans that an organization can be on."],
  resource: [
    "Resources",
    "What the operator of this deployment offers: the desktop client, support, and pages elsewhere.",
  ],
  rollout: ["Rollouts", "Changes of the settings that reach devices in waves."],
  secret: ["API keys", "Stored keys of providers. They can be replaced and deleted, and are never shown again."],
  session: ["Sessions", "Sign in and out, and confirm your identity."],
  setting: ["Settings", "The settings of an organization."],
  sync: [
    "Sync",
    "What desktop clients call: the settings that they follow, and what they have done with them. And what is signed for people.",
  ],
  team: ["Teams", "Groups of members within an organization."],
  update: ["Updates", "Posts of members to their organization, or to a team, with comments and reactions."],
} as const;
