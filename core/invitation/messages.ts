import { counted } from "../base/counted.ts";
import type { Unknown } from "../base/row.ts";
import type { Data } from "../kernel/event.ts";
import { managers, members } from "../message/audience.ts";
import { manages } from "../message/because.ts";
import { countOf, distinct } from "../message/distinct.ts";
import { type Line, line } from "../message/line.ts";
import type { EventMessages, Icon, NotificationMessages } from "../message/message.ts";
import { roleName } from "../message/role-name.ts";
import { ownersChanged } from "../organization/messages.ts";
import type { InvitationCreated, InvitationEnded } from "./events.ts";
import type { Ended } from "./shape.ts";

export const invitationEvents: EventMessages<typeof import("./events.ts")> = {
  "invitation.created": {
    icon: "MailPlus",
    line: ({ invitations, roles, import: by }) =>
      line`invited ${{ invited: invitations }} as ${rolesOf([roles])}${byImport(by)}`,
    together: {
      by: ({ import: by = "" }) => by,
      line: (all) =>
        line`invited ${{ invited: invitationsOf(all) }} as ${rolesOf(all.map(({ roles }) => roles))}${byImport(all[0]?.import)}`,
    },
  },
  "invitation.resent": {
    icon: "RotateCw",
    line: ({ invitation }) => line`sent a new invitation to ${{ invited: [invitation] }}`,
    together: { line: (all) => line`sent new invitations to ${{ invited: distinct(all.map(idOf)) }}` },
  },
  "invitation.mails_resumed": {
    icon: "RotateCw",
    line: ({ invitations }) => line`queued the emails of the invitations of ${{ invited: invitations }} again`,
    together: {
      line: (all) => line`queued the emails of the invitations of ${{ invited: invitationsOf(all) }} again`,
    },
  },
  "invitation.role_changed": {
    icon: "UserCog",
    line: ({ invitation, from, to }) =>
      line`changed the invitation of ${{ invited: [invitation] }} from ${roleName(from)} to ${roleName(to)}`,
    together: {
      line: (all) => {
        const name = countOf(all.map(idOf), "invitation");
        return line`changed the ${distinct(all.map(idOf)).length === 1 ? "role" : "roles"} of ${{ name }}`;
      },
    },
    logOnly: true,
  },
  "invitation.teams_changed": {
    icon: "UserCog",
    line: ({ invitation, added, removed }) => {
      const what = [...teams(added, "added"), ...teams(removed, "removed")].join(", ");
      return line`changed the teams of the invitation of ${{ invited: [invitation] }}: ${what}`;
    },
    logOnly: true,
  },
  "invitation.renamed": {
    icon: "UserCog",
    line: ({ invitation }) => line`changed the name in the invitation of ${{ invited: [invitation] }}`,
    logOnly: true,
  },
  "invitation.inviter_changed": {
    icon: "UserCog",
    line: ({ invitations, from, to }) => {
      const what = line`the ${invitations.length === 1 ? "invitation" : "invitations"} of ${{ invited: invitations }}`;
      return line`gave ${{ actor: to }} ${what}, which ${{ actor: from }} had sent`;
    },
    logOnly: true,
  },
  "invitation.accepted": {
    icon: "UserPlus",
    line: ({ role, by }) => line`joined as ${roleName(role)}, invited by ${{ actor: by }}`,
    tell: ({ account: person, role, by }) => [
      // threat: an inviter who has left is still notified of the organization
      { kind: "invitation.accepted", to: members(by), person, role },
      ...(role === "owner" ? [ownersChanged({ person, role })] : []),
    ],
  },
  "invitation.ended": {
    icon: ({ state }) => endingIcons[state],
    who: ({ state, invitations }) => (state === "declined" ? { invited: invitations } : undefined),
    line: (data) => endings[data.state](data),
    together: {
      by: ({ state }) => (state === "revoked" || state === "expired" ? state : undefined),
      line: (all) =>
        all[0]?.state === "revoked"
          ? line`revoked the invitations of ${{ invited: invitationsOf(all) }}`
          : line`let the invitations of ${{ invited: invitationsOf(all) }} expire`,
    },
  },
  "invitation.requested": {
    icon: "MailQuestionMark",
    who: ({ invitation }) => ({ invited: [invitation] }),
    line: () => line`requested a new invitation`,
    tell: ({ invitation: person }) => [{ kind: "invitation.requested", to: managers, person }],
  },
  "invitation.suppression_removed": {
    icon: "MailPlus",
    line: ({ invitation }) => line`allowed email to ${{ invited: [invitation] }} again`,
    together: { line: (all) => line`allowed email to ${{ invited: distinct(all.map(idOf)) }} again` },
    logOnly: true,
  },
};

const endingIcons: Record<Ended | Unknown, Icon> = {
  declined: "UserMinus",
  revoked: "Ban",
  expired: "Clock",
  unknown: "Ban",
};

const endings: Record<Ended | Unknown, (data: Data<typeof InvitationEnded>) => Line> = {
  declined: () => line`declined the invitation`,
  revoked({ invitations, from, reason }) {
    const why = reason === "inviter_left" ? "is no longer a member" : "may no longer give this role";
    const sent = from && line`, sent by ${{ actor: from }}, who ${why}`;
    return line`revoked the invitation of ${{ invited: invitations }}${sent}`;
  },
  expired: ({ invitations }) => line`let the invitation of ${{ invited: invitations }} expire`,
  unknown: ({ invitations }) => line`ended the invitation of ${{ invited: invitations }}`,
};

const idOf = ({ invitation }: { invitation: string }) => invitation;
const invitationsOf = (all: readonly { invitations: readonly string[] }[]) =>
  distinct(all.flatMap(({ invitations }) => invitations));

const byImport = (id: string | undefined) => (id === undefined ? undefined : line` by ${{ import: id }}`);

const teams = (ids: readonly string[], what: string) =>
  ids.length > 0 ? [`${counted(ids.length, "team")} ${what}`] : [];

type Roles = Data<typeof InvitationCreated>["roles"];

/** "Read", or "2 Read and 1 Admin" if they differ. */
function rolesOf(all: readonly Roles[]): string {
  const counts = new Map<string, number>();
  for (const [role, count = 0] of all.flatMap((roles) => Object.entries(roles))) {
    counts.set(role, (counts.get(role) ?? 0) + count);
  }
  const names = [...counts].map(([role, count]) => [count, roleName(role as keyof Roles)] as const);
  const texts = names.map(([count, name]) => (names.length === 1 ? name : `${count} ${name}`));
  return new Intl.ListFormat("en").format(texts);
}

export const invitationNotifications: NotificationMessages<"invitation"> = {
  "invitation.accepted": {
    icon: "UserPlus",
    page: "members",
    group: "invitations",
    title: ({ person, organization }) => `${person} joined ${organization}`,
    sentences: ({ role }) => [`Your invitation was accepted. Their role is ${roleName(role)}.`],
    because: () => "you sent this invitation",
  },
  "invitation.requested": {
    icon: "MailQuestionMark",
    page: "invitations",
    group: "invitations",
    title: ({ person, organization }) => `${person} requested a new invitation to ${organization}`,
    sentences: ({ role }) => [
      `The earlier invitation no longer works. Their role would be ${roleName(role)}.`,
      "If you want them to join, invite them again. If not, you don't need to do anything: they won't be notified.",
    ],
    because: manages,
  },
};
