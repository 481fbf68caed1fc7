import { AccountDeleted, AccountUpdated } from "@muster/core/account/events.ts";
import * as Billing from "@muster/core/billing/events.ts";
import { eventMessages } from "@muster/core/catalog/event-messages.ts";
import { organizationEvents } from "@muster/core/catalog/events.ts";
import { CommentDeleted } from "@muster/core/comment/events.ts";
import { DeviceRevoked } from "@muster/core/device/events.ts";
import { ImportMailsResent, ImportMailsResumed } from "@muster/core/import/events.ts";
import * as Invitation from "@muster/core/invitation/events.ts";
import type { EventType } from "@muster/core/kernel/event.ts";
import * as Member from "@muster/core/member/events.ts";
import * as Organization from "@muster/core/organization/events.ts";
import { ReclaimStarted } from "@muster/core/reclaim/events.ts";
import { RolloutResumed, RolloutStarted } from "@muster/core/rollout/events.ts";
import { SettingSaved } from "@muster/core/setting/events.ts";
import { TeamDeleted } from "@muster/core/team/events.ts";
import { AuthorRemoved, UpdateDeleted } from "@muster/core/update/events.ts";

/** The events that each module of reactions.ts subscribes to: announcing an event loads messages, and none of the modules. */
export const reacting = {
  account: [AccountDeleted],
  organization: [Organization.OrganizationDeleted, Organization.OrganizationRestored],
  notification: [...organizationEvents.filter(({ type }) => "tell" in eventMessages[type]), AccountUpdated],
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
