import { AccountDeleted, AccountUpdated } from "@muster/core/account/events.ts";
import * as Billing from "@muster/core/billing/events.ts";
import { CommentCreated, CommentDeleted, CommentEdited } from "@muster/core/comment/events.ts";
import { DepartureRecorded } from "@muster/core/departure/events.ts";
import { DeviceRevoked } from "@muster/core/device/events.ts";
import * as Domain from "@muster/core/domain/events.ts";
import { ImportMailsResent, ImportMailsResumed } from "@muster/core/import/events.ts";
import * as Invitation from "@muster/core/invitation/events.ts";
import type { EventType } from "@muster/core/kernel/event.ts";
import * as Member from "@muster/core/member/events.ts";
import * as Organization from "@muster/core/organization/events.ts";
import { ReclaimEnded, ReclaimStarted } from "@muster/core/reclaim/events.ts";
import { RolloutHalted, RolloutResumed, RolloutStarted } from "@muster/core/rollout/events.ts";
import * as Secret from "@muster/core/secret/events.ts";
import { SettingSaved } from "@muster/core/setting/events.ts";
import { TeamDeleted } from "@muster/core/team/events.ts";
import {
  AuthorRemoved,
  UpdateCreated,
  UpdateDeleted,
  UpdateEdited,
  UpdateReported,
  UpdateReportsClosed,
} from "@muster/core/update/events.ts";

/** The events that each module of reactions.ts subscribes to: announcing events loads none of the modules. */
export const reacting = {
  account: [AccountDeleted],
  organization: [Organization.OrganizationDeleted, Organization.OrganizationRestored],
  notification: [
    Billing.BillingUpdated,
    Billing.BillingResized,
    Billing.BillingResizeDropped,
    Billing.BillingTrialEnding,
    Billing.BillingAutomaticSeatsStopped,
    Billing.BillingDuplicateCanceled,
    Billing.BillingDuplicateRefunded,
    Billing.BillingSeatsRequested,
    Billing.BillingSeatRequestApproved,
    Billing.BillingSeatRequestDeclined,
    ReclaimEnded,
    Organization.OrganizationCreated,
    Organization.OrganizationDeleted,
    Organization.OrganizationRestored,
    Organization.OrganizationMailsPaused,
    Organization.OrganizationMailsResumed,
    Invitation.InvitationAccepted,
    Invitation.InvitationRequested,
    Member.MemberRoleChanged,
    Member.MemberReinstated,
    Member.MemberRemoved,
    Member.MemberLeft,
    Member.MemberTransferred,
    Domain.DomainRecordLost,
    Domain.DomainExpired,
    Domain.DomainJoinChanged,
    RolloutHalted,
    Secret.SecretCreated,
    Secret.SecretReplaced,
    Secret.SecretRenamed,
    Secret.SecretEnabled,
    Secret.SecretDisabled,
    Secret.SecretRestricted,
    Secret.SecretDeleted,
    DepartureRecorded,
    UpdateCreated,
    UpdateEdited,
    UpdateDeleted,
    UpdateReported,
    UpdateReportsClosed,
    CommentCreated,
    CommentEdited,
    CommentDeleted,
    AccountUpdated,
  ],
  invitation: [Member.MemberRemoved, Member.MemberLeft, Member.MemberRoleChanged, Member.MemberTransferred],
  departure: [Member.MemberRemoved, Member.MemberLeft, DeviceRevoked],
  device: [Member.MemberRemoved, Member.MemberLeft],
  domain: [Organization.OrganizationDeleted, Organization.OrganizationRestored],
  secret: [Member.MemberRemoved, Member.MemberLeft],
  rollout: [RolloutStarted, RolloutResumed],
  mail: [
    Invitation.InvitationCreated,
    Invitation.InvitationResent,
    Invitation.InvitationMailsResumed,
    ImportMailsResent,
    ImportMailsResumed,
    Organization.OrganizationMailsResumed,
  ],
  team: [TeamDeleted],
  update: [UpdateDeleted, AuthorRemoved, TeamDeleted, CommentDeleted, Member.MemberLeft, Member.MemberRemoved],
  reclaim: [ReclaimStarted, Billing.BillingResizeDropped],
  automaticSeats: [
    Billing.BillingSeatsRequested,
    Billing.BillingAutomaticSeatsChanged,
    Billing.BillingResized,
    Billing.BillingResizeDropped,
    Billing.BillingUpdated,
  ],
  seatRequest: [Member.MemberRemoved, Member.MemberLeft],
  contact: [SettingSaved, Organization.OrganizationRenamed, Billing.BillingCheckoutStarted],
} satisfies Record<string, readonly EventType[]>;

const types: ReadonlySet<string> = new Set(
  Object.values(reacting)
    .flat()
    .map(({ type }) => type),
);

/** Returns whether any module reacts to events of this type. */
export const reacts = (type: string): boolean => types.has(type);
