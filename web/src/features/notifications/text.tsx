import { secretVerbs } from "@muster/core/notification/shape.ts";
import { restorableDays } from "@muster/core/organization/limits.ts";
import {
  AtSign,
  CreditCard,
  Crown,
  Flag,
  Globe,
  KeyRound,
  Layers,
  type LucideIcon,
  MailCheck,
  MailQuestionMark,
  MailWarning,
  MessageSquare,
  PartyPopper,
  RotateCcw,
  Ticket,
  Trash2,
  UserCog,
  UserMinus,
  UserPlus,
} from "lucide-react";
import type { ReactNode } from "react";
import { roleText } from "#features/organization/text.ts";
import type { Notification } from "#lib/api.ts";
import { isOfDomain, OfDomain } from "./domain.tsx";
import { isOfPayment, OfPayment } from "./payment.tsx";
import { isOfRollout, OfRollout } from "./rollout.tsx";
import { isOfSeats, OfSeats } from "./seats.tsx";
import { isOfSecret } from "./secret.ts";

type Place =
  | "/organizations/$organization"
  | `/organizations/$organization/${"members" | "invitations" | "departures" | "billing" | "reports" | "settings/general" | "settings/features"}`
  | `/organizations/$organization/updates/$update`
  | "/";
type NotificationText = { icon: LucideIcon; to: Place; params: Params; hash: string | undefined; sentence: ReactNode };
type Params = { organization: string; update: string };

const page = "/organizations/$organization";

/** A notification as a sentence, and the page that it leads to. */
export function notificationText(notification: Notification): NotificationText {
  const { organization, update = "", comment } = notification;
  const text = textOf(notification);
  const hash = text.to.endsWith("$update") ? comment : undefined;
  return { ...text, params: { organization, update }, hash };
}

function textOf(notification: Notification): Omit<NotificationText, "params" | "hash"> {
  const organization = <Name>{notification.subject}</Name>;
  const person = <Name>{notification.person ?? "Someone"}</Name>;
  const role = notification.role === undefined ? "another role" : roleText[notification.role].label;
  const title = <Name>{notification.title ?? "an update"}</Name>;
  const { kind } = notification;
  if (isOfPayment(kind)) {
    return { icon: CreditCard, to: `${page}/billing`, sentence: <OfPayment notification={notification} kind={kind} /> };
  }
  if (isOfSeats(kind)) {
    const isOfBilling = kind === "seats.requested" || kind === "seats.reclaimed";
    const to = isOfBilling ? (`${page}/billing` as const) : (`${page}/members` as const);
    return { icon: Ticket, to, sentence: <OfSeats notification={notification} kind={kind} /> };
  }
  if (isOfDomain(kind)) {
    const to = `${page}/settings/general` as const;
    return { icon: Globe, to, sentence: <OfDomain notification={notification} kind={kind} /> };
  }
  if (isOfRollout(kind)) {
    const to = `${page}/settings/features` as const;
    return { icon: Layers, to, sentence: <OfRollout notification={notification} kind={kind} /> };
  }
  if (isOfSecret(kind)) {
    const which = notification.thing === undefined ? "." : `: ${notification.thing}.`;
    const sentence = (
      <>
        {person} {secretVerbs[kind]} {organization}
        {which}
      </>
    );
    return { icon: KeyRound, to: page, sentence };
  }
  switch (kind) {
    case "organization.created":
      return { icon: PartyPopper, to: page, sentence: <>{organization} is ready. You own it.</> };
    case "organization.deleted":
      return {
        icon: Trash2,
        to: "/",
        sentence: (
          <>
            {person} deleted {organization}. As an owner you can restore it for {restorableDays} days.
          </>
        ),
      };
    case "organization.restored":
      return {
        icon: RotateCcw,
        to: page,
        sentence: (
          <>
            {person} restored {organization}.
          </>
        ),
      };
    case "organization.mails_paused":
      return {
        icon: MailWarning,
        to: `${page}/invitations`,
        sentence: (
          <>
            Invitation emails of {organization} are paused: too many invitations{" "}
            {notification.thing === "complained" ? "were reported as spam" : "bounced"}.
          </>
        ),
      };
    case "organization.mails_resumed":
      return {
        icon: MailCheck,
        to: `${page}/invitations`,
        sentence: <>Invitation emails of {organization} are resumed.</>,
      };
    case "invitation.accepted":
      return {
        icon: UserPlus,
        to: `${page}/members`,
        sentence: (
          <>
            {person} accepted your invitation to {organization}.
          </>
        ),
      };
    case "invitation.requested":
      return {
        icon: MailQuestionMark,
        to: `${page}/invitations`,
        sentence: (
          <>
            {person} requested a new invitation to {organization}.
          </>
        ),
      };
    case "departure.recorded":
      return {
        icon: KeyRound,
        to: `${page}/departures`,
        sentence: (
          <>
            {notification.thing ?? "API keys"} of {organization} left with the devices of {person}. Replace them.
          </>
        ),
      };
    case "member.role_changed":
      return {
        icon: UserCog,
        to: page,
        sentence: (
          <>
            {person} changed your role in {organization} to <Name>{role}</Name>.
          </>
        ),
      };
    case "member.reinstated":
      return {
        icon: UserPlus,
        to: page,
        sentence: (
          <>
            {person} restored your membership in {organization} as <Name>{role}</Name>.
          </>
        ),
      };
    case "member.removed":
      return {
        icon: UserMinus,
        to: "/",
        sentence: (
          <>
            {person} removed you from {organization}.
          </>
        ),
      };
    case "member.transferred":
      return {
        icon: Crown,
        to: `${page}/members`,
        sentence: (
          <>
            {notification.by ?? "Someone"} transferred ownership of {organization} to {person}.
          </>
        ),
      };
    case "update.mentioned":
    case "comment.mentioned":
      return {
        icon: AtSign,
        to: `${page}/updates/$update`,
        sentence: (
          <>
            {person} mentioned you or a team of yours in {kind === "comment.mentioned" ? "a comment on " : ""}
            {title} in {organization}.
          </>
        ),
      };
    case "update.commented":
      return {
        icon: MessageSquare,
        to: `${page}/updates/$update`,
        sentence: (
          <>
            {person} commented on {title} in {organization}.
          </>
        ),
      };
    case "update.deleted":
    case "comment.deleted":
      return {
        icon: Trash2,
        to: page,
        sentence: (
          <>
            {person} deleted {kind === "update.deleted" ? "an update that you posted" : "a comment that you wrote"} in{" "}
            {organization}.
          </>
        ),
      };
    case "update.reported":
      return {
        icon: Flag,
        to: `${page}/reports`,
        sentence: (
          <>
            Reported: {notification.comment === undefined ? "" : "a comment on "}
            {title} in {organization}, by {person}.
          </>
        ),
      };
    case "update.report_deleted":
      return { icon: Flag, to: page, sentence: <>Something that you reported in {organization} was deleted.</> };
    case "update.report_dismissed":
      return {
        icon: Flag,
        to: `${page}/updates/$update`,
        sentence: (
          <>
            An owner or admin of {organization} dismissed your report of{" "}
            {notification.comment === undefined ? "" : "a comment on "}
            {title}.
          </>
        ),
      };
    case "organization.owners_changed":
      return { icon: Crown, to: `${page}/members`, sentence: <OwnersChanged notification={notification} /> };
  }
}

function OwnersChanged({ notification: { subject, person, by, role } }: { notification: Notification }) {
  const verb = role === "owner" ? "owns" : "no longer owns";
  return (
    <>
      <Name>{person ?? "Someone"}</Name> {verb} <Name>{subject}</Name>
      {by === undefined ? "." : `. ${by} changed this.`}
    </>
  );
}

function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}
