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
  /** Whether a fresh invitation would help. */
  mayAsk: boolean;
};

/** Each way in which an invitation is over, in words for the person who was invited. */
export const outcomes: Record<Exclude<InvitationState, "open">, Words> = {
  expired: {
    icon: Clock,
    title: "This invitation has expired",
    lead: ({ organization }) => `Its time is over, and the seat in ${organization.name} is free for others again.`,
    mayAsk: true,
  },
  revoked: {
    icon: Ban,
    title: "This invitation was revoked",
    lead: ({ organization }) => `Someone who manages ${organization.name} revoked it.`,
    mayAsk: true,
  },
  declined: {
    icon: UserRoundX,
    title: "This invitation was declined",
    lead: ({ organization }) => `You are not in ${organization.name}. If you think otherwise now, ask for a fresh one.`,
    mayAsk: true,
  },
  used: {
    icon: CircleCheck,
    title: "This invitation was used already",
    lead: ({ organization, email }) => `Sign in as ${email} to go to ${organization.name}.`,
    mayAsk: false,
  },
  member: {
    icon: CircleCheck,
    title: "You are a member already",
    lead: ({ organization }) => `There is nothing left to accept: ${organization.name} is open to you.`,
    mayAsk: false,
  },
  superseded: {
    icon: MailCheck,
    title: "There is a newer invitation",
    lead: ({ email }) =>
      `This link gave way to the one in our newest mail to ${email}. It also waits in your workspace.`,
    mayAsk: false,
  },
  inviter_gone: {
    icon: ShieldQuestion,
    title: "The person who invited you can no longer do so",
    lead: ({ organization, invitedBy = "The person who invited you" }) =>
      `${invitedBy} no longer manages ${organization.name}. Someone who does can invite you again.`,
    mayAsk: true,
  },
  suspended: {
    icon: PauseCircle,
    title: "This organization is suspended",
    lead: ({ organization }) => `Nobody can join ${organization.name} right now. Your invitation stays valid.`,
    mayAsk: false,
  },
  deleted: {
    icon: Trash2,
    title: "This organization is gone",
    lead: ({ organization }) => `${organization.name} was deleted, and its invitations with it.`,
    mayAsk: false,
  },
};
