import { useQuery } from "@tanstack/react-query";
import {
  Activity as ActivityIcon,
  Ban,
  Building,
  Clock,
  Crown,
  LogOut,
  type LucideIcon,
  MailPlus,
  MailQuestionMark,
  PauseCircle,
  Pencil,
  PlayCircle,
  RotateCw,
  Ticket,
  UserCog,
  UserMinus,
  UserPlus,
  UserRoundX,
} from "lucide-react";
import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { invitationQuery } from "#lib/queries.ts";
import { Actor, Name } from "./actor.tsx";
import { roleWords } from "./words.ts";

type Data = Record<string, unknown>;
type Words = {
  icon: LucideIcon;
  /** Who did it, where that is not the actor whom the log names, or no member any more. */
  who?: (data: Data, organizationId: string) => ReactNode;
  sentence: (data: Data, organizationId: string) => ReactNode;
};

/** What follows the name of who did it, by type of event. */
const words: Record<string, Words> = {
  "organization.created": { icon: Building, sentence: ({ name }) => <>created {named(name)}</> },
  "organization.renamed": {
    icon: Pencil,
    sentence: ({ from, to }) => (
      <>
        renamed {named(from)} to {named(to)}
      </>
    ),
  },
  "organization.granted": {
    icon: Ticket,
    sentence: ({ from, to }) => `changed the seats from ${Number(from)} to ${Number(to)}`,
  },
  "organization.suspended": { icon: PauseCircle, sentence: () => "suspended the organization" },
  "organization.lifted": { icon: PlayCircle, sentence: () => "lifted the suspension" },
  "invitation.created": {
    icon: MailPlus,
    sentence: ({ invitations, roles }, organizationId) => (
      <>
        invited <Invitees ids={ids(invitations)} organizationId={organizationId} /> as {rolesOf(roles)}
      </>
    ),
  },
  "invitation.resent": {
    icon: RotateCw,
    sentence: ({ invitation }, organizationId) => (
      <>
        sent a new invitation to <Invitees ids={ids([invitation])} organizationId={organizationId} />
      </>
    ),
  },
  "invitation.role_changed": {
    icon: UserCog,
    sentence: ({ invitation, from, to }, organizationId) => (
      <>
        changed the invitation of <Invitees ids={ids([invitation])} organizationId={organizationId} /> from{" "}
        {roleOf(from)} to {roleOf(to)}
      </>
    ),
  },
  "invitation.accepted": {
    icon: UserPlus,
    sentence: ({ role, by }, organizationId) => (
      <>
        joined as {roleOf(role)}, invited by <Actor actor={text(by)} organizationId={organizationId} isObject />
      </>
    ),
  },
  "invitation.requested": {
    icon: MailQuestionMark,
    who: ({ invitation }, organizationId) => <Invitees ids={ids([invitation])} organizationId={organizationId} />,
    sentence: () => "asked for a fresh invitation",
  },
  "invitation.unblocked": {
    icon: MailPlus,
    sentence: ({ invitation }, organizationId) => (
      <>
        let mail to <Invitees ids={ids([invitation])} organizationId={organizationId} /> through again
      </>
    ),
  },
  "member.role_changed": {
    icon: UserCog,
    sentence: ({ account, from, to }, organizationId) => (
      <>
        changed the role of <Actor actor={text(account)} organizationId={organizationId} isObject /> from {roleOf(from)}{" "}
        to {roleOf(to)}
      </>
    ),
  },
  "member.removed": {
    icon: UserMinus,
    sentence: ({ invitation }, organizationId) => (
      <>
        removed <Invitees ids={ids([invitation])} organizationId={organizationId} />
      </>
    ),
  },
  "member.reinstated": {
    icon: UserPlus,
    sentence: ({ account, role }, organizationId) => (
      <>
        took <Actor actor={text(account)} organizationId={organizationId} isObject /> back as {roleOf(role)}
      </>
    ),
  },
  "member.left": {
    icon: LogOut,
    who: ({ invitation }, organizationId) => <Invitees ids={ids([invitation])} organizationId={organizationId} />,
    sentence: () => "left the organization",
  },
  "member.transferred": {
    icon: Crown,
    sentence: ({ to }, organizationId) => (
      <>
        handed ownership to <Actor actor={text(to)} organizationId={organizationId} isObject />
      </>
    ),
  },
};

const endings: Record<string, Words> = {
  declined: {
    icon: UserRoundX,
    who: ({ invitations }, organizationId) => <Invitees ids={ids(invitations)} organizationId={organizationId} />,
    sentence: () => "declined the invitation",
  },
  revoked: {
    icon: Ban,
    sentence: ({ invitations }, organizationId) => (
      <>
        withdrew the invitation of <Invitees ids={ids(invitations)} organizationId={organizationId} />
      </>
    ),
  },
  expired: {
    icon: Clock,
    sentence: ({ invitations }, organizationId) => (
      <>
        let the invitation of <Invitees ids={ids(invitations)} organizationId={organizationId} /> expire
      </>
    ),
  },
};

/** An event that this page has no words for is shown by its type: better than not at all. */
export function describe({ type, data }: OrganizationEvent): Words {
  const known = type === "invitation.ended" ? endings[text(data["state"])] : words[type];
  return known ?? { icon: ActivityIcon, sentence: () => <span className="font-mono text-sm text-fg-2">{type}</span> };
}

/** One by their address, which the log itself does not hold; more by their number. */
function Invitees({ ids: all, organizationId }: { ids: string[]; organizationId: string }) {
  const [first = ""] = all;
  const { data } = useQuery({ ...invitationQuery(organizationId, first), enabled: all.length === 1, retry: false });
  return (
    <Name>{all.length === 1 ? (data?.name ?? data?.email ?? "somebody") : plural(all.length, "person", "people")}</Name>
  );
}

function ids(value: unknown) {
  return Array.isArray(value) ? value.map(text) : [];
}

/** "Read", or "2 Read and 1 Admin" where they differ. */
function rolesOf(value: unknown) {
  const counts = Object.entries(typeof value === "object" && value !== null ? value : {});
  if (counts.length === 1) {
    return roleOf(counts[0]?.[0]);
  }
  return new Intl.ListFormat("en").format(counts.map(([role, count]) => `${Number(count)} ${roleOf(role)}`));
}

function roleOf(value: unknown) {
  const role = text(value);
  return role in roleWords ? roleWords[role as keyof typeof roleWords].label : role;
}

function named(value: unknown) {
  return <Name>{text(value)}</Name>;
}

function text(value: unknown) {
  return typeof value === "string" ? value : "…";
}
