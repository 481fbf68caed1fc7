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

/** How the mail of an invitation fares. */
export const mailText: Record<MailState, Words> = {
  queued: { icon: Clock, label: "Queued", tone: "neutral", meaning: "The mail is about to be sent." },
  unconfirmed: {
    icon: CircleQuestionMark,
    label: "Unconfirmed",
    tone: "warning",
    meaning: "Not confirmed: the mail may not have gone out, and it is not retried. Resend it if they did not get it.",
  },
  sent: { icon: Send, label: "Sent", tone: "accent", meaning: "The mail is on its way." },
  delivered: { icon: MailCheck, label: "Delivered", tone: "success", meaning: "The mail lies in their mailbox." },
  bounced: {
    icon: MailX,
    label: "Bounced",
    tone: "danger",
    meaning: "Their mail server refused it. Is the address right?",
  },
  complained: {
    icon: Flag,
    label: "Spam",
    tone: "danger",
    meaning: "They marked the mail as spam, so this address gets no more of them.",
  },
  suppressed: {
    icon: Ban,
    label: "Suppressed",
    tone: "danger",
    meaning: "Nothing was sent: mail to this address bounced, was marked as spam, or came too often today.",
  },
  unknown: {
    icon: CircleQuestionMark,
    label: "Unknown",
    tone: "neutral",
    meaning: "A newer release of Muster wrote this state.",
  },
  failed: { icon: CircleAlert, label: "Not sent", tone: "danger", meaning: "The mail could not be sent. Resend it." },
};

export const stateText: Record<Invitation["state"], { label: string; tone: Tone }> = {
  pending: { label: "Pending", tone: "accent" },
  expired: { label: "Expired", tone: "warning" },
  declined: { label: "Declined", tone: "neutral" },
  revoked: { label: "Revoked", tone: "neutral" },
  former: { label: "Former member", tone: "neutral" },
  unknown: { label: "Unknown", tone: "neutral" },
};
