import {
  Ban,
  CircleAlert,
  CircleQuestionMark,
  Clock,
  Flag,
  type LucideIcon,
  MailCheck,
  MailX,
  Send,
} from "lucide-react";
import type { Invitation, MailState } from "#lib/people.ts";
import type { Tone } from "#ui/badge.tsx";

type Words = { icon: LucideIcon; label: string; tone: Tone; meaning: string };

/** The email status of an invitation. */
export const mailText: Record<MailState, Words> = {
  queued: {
    icon: Clock,
    label: "Queued",
    tone: "neutral",
    meaning: "The email waits to be sent. If our mail provider is down, it is sent as soon as that works again.",
  },
  unconfirmed: {
    icon: CircleQuestionMark,
    label: "Not confirmed",
    tone: "warning",
    meaning:
      "The email may not have been sent. If our mail provider reports nothing for 15 minutes, it is sent again. If it stays like this, resend it.",
  },
  sent: { icon: Send, label: "Sent", tone: "accent", meaning: "The email was sent." },
  delivered: { icon: MailCheck, label: "Delivered", tone: "success", meaning: "Their mail server accepted the email." },
  bounced: {
    icon: MailX,
    label: "Bounced",
    tone: "danger",
    meaning: "Their mail server refused it. Check the address.",
  },
  complained: {
    icon: Flag,
    label: "Spam",
    tone: "danger",
    meaning: "They marked the email as spam, so this address gets no more emails except sign-in codes.",
  },
  suppressed: {
    icon: Ban,
    label: "Suppressed",
    tone: "danger",
    meaning: "Nothing was sent: email to this address bounced, was marked as spam, or was sent too often.",
  },
  unknown: {
    icon: CircleQuestionMark,
    label: "Unknown",
    tone: "neutral",
    meaning: "A newer release of Muster wrote this status.",
  },
  failed: { icon: CircleAlert, label: "Not sent", tone: "danger", meaning: "The email could not be sent. Resend it." },
};

export const stateText: Record<Invitation["state"], { label: string; tone: Tone }> = {
  pending: { label: "Pending", tone: "accent" },
  expired: { label: "Expired", tone: "warning" },
  declined: { label: "Declined", tone: "neutral" },
  revoked: { label: "Revoked", tone: "neutral" },
  former: { label: "Former member", tone: "neutral" },
  unknown: { label: "Unknown", tone: "neutral" },
};

/** The reasons of invitations that were revoked although nobody revoked them. */
export const reasonText: Record<NonNullable<Invitation["reason"]>, string> = {
  inviter_left: "The person who sent it is no longer a member.",
  inviter_role_changed: "The person who sent it may no longer give this role.",
  unknown: "A newer release of Muster wrote this reason.",
};
