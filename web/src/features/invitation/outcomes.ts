import {
  Ban,
  CircleCheck,
  Clock,
  type LucideIcon,
  MailCheck,
  PauseCircle,
  ShieldQuestion,
  Trash2,
  UserRoundX,
} from "lucide-react";
import type { Preview } from "#lib/api.ts";
import type { InvitationState } from "./use-invitation.ts";

type Words = {
  icon: LucideIcon;
  title: string;
  lead: (preview: Preview) => string;
  /** True if a new invitation would help. */
  mayRequest: boolean;
};

/** Each way in which an invitation has ended, in words for the invited person. */
export const outcomes: Record<Exclude<InvitationState, "open">, Words> = {
  expired: {
    icon: Clock,
    title: "This invitation has expired",
    lead: ({ organization }) => `Its seat in ${organization.name} is available to others again.`,
    mayRequest: true,
  },
  revoked: {
    icon: Ban,
    title: "This invitation was revoked",
    lead: ({ organization }) => `Its seat in ${organization.name} is available to others again.`,
    mayRequest: true,
  },
  declined: {
    icon: UserRoundX,
    title: "This invitation was declined",
    lead: ({ organization }) =>
      `You did not join ${organization.name}. If you changed your mind, request a new invitation.`,
    mayRequest: true,
  },
  used: {
    icon: CircleCheck,
    title: "This invitation was already used",
    lead: ({ organization, email }) => `Sign in as ${email} to go to ${organization.name}.`,
    mayRequest: false,
  },
  member: {
    icon: CircleCheck,
    title: "You are already a member",
    lead: ({ organization }) => `You don’t need this invitation anymore: you can open ${organization.name}.`,
    mayRequest: false,
  },
  superseded: {
    icon: MailCheck,
    title: "There is a newer invitation",
    lead: ({ email }) =>
      `The link in our newest email to ${email} replaces this one. The invitation is also on your Organizations page.`,
    mayRequest: false,
  },
  inviter_unauthorized: {
    icon: ShieldQuestion,
    title: "The person who invited you can no longer do so",
    lead: ({ organization, invitedBy = "The person who invited you" }) =>
      `${invitedBy} no longer manages ${organization.name}. An owner or admin can invite you again.`,
    mayRequest: true,
  },
  suspended: {
    icon: PauseCircle,
    title: "This organization is suspended",
    lead: ({ organization }) => `Nobody can join ${organization.name} right now. Your invitation stays valid.`,
    mayRequest: false,
  },
  unknown: {
    icon: ShieldQuestion,
    title: "This invitation can’t be opened right now",
    lead: () => "A newer release of Muster changed it. Try again later.",
    mayRequest: false,
  },
  deleted: {
    icon: Trash2,
    title: "This organization no longer exists",
    lead: ({ organization }) => `${organization.name} was deleted, and its invitations with it.`,
    mayRequest: false,
  },
};
