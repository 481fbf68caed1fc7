import { counted } from "../base/counted.ts";
import type { ID } from "../base/id.ts";
import { accounts, managers, owners, ownersExcept } from "../message/audience.ts";
import { manages, owns } from "../message/because.ts";
import { line } from "../message/line.ts";
import type { EventMessages, Named, NotificationMessages, Telling } from "../message/message.ts";
import { roleName } from "../message/role-name.ts";
import { restorableUntil } from "./limits.ts";

export const organizationEvents: EventMessages<typeof import("./events.ts")> = {
  "organization.created": {
    icon: "Building",
    line: ({ name }) => line`created ${{ name }}`,
    tell: (_, { by }) => (by === undefined ? [] : [{ kind: "organization.created", to: accounts(by) }]),
  },
  "organization.renamed": {
    icon: "Pencil",
    line: ({ from, to }) => line`renamed ${{ name: from }} to ${{ name: to }}`,
  },
  "organization.granted": {
    icon: "Ticket",
    line: ({ from, to, granted, until }) =>
      granted === 0
        ? line`ended a grant of seats: ${to} now, ${from} before`
        : line`set the granted seats to ${granted ?? to}${until && " for a limited time"}: ${to} seats now, ${from} before`,
  },
  "organization.deleted": {
    icon: "Trash2",
    line: () => line`deleted the organization`,
    tell: (_, { by: person }) => [{ kind: "organization.deleted", to: owners, person }],
  },
  "organization.restored": {
    icon: "RotateCw",
    line: () => line`restored the organization`,
    tell: (_, { by: person }) => [{ kind: "organization.restored", to: owners, person }],
  },
  "organization.mails_paused": {
    icon: "MailWarning",
    line: ({ why, delivered = 0, bounced = 0, complained = 0, account }) => {
      const what = why === "complained" ? "were reported as spam" : "bounced";
      const which =
        account !== undefined
          ? "too many that one account sent, in several organizations,"
          : why === "complained"
            ? `${complained} of ${delivered}`
            : `${bounced} of ${delivered + bounced}`;
      return line`paused the emails of invitations: ${which} ${what}`;
    },
    tell: ({ why: thing }) => [{ kind: "organization.mails_paused", to: managers, thing }],
  },
  "organization.mails_resumed": {
    icon: "MailPlus",
    line: () => line`resumed the emails of invitations`,
    tell: () => [{ kind: "organization.mails_resumed", to: managers }],
  },
  "organization.suspended": { icon: "Pause", line: () => line`suspended the organization`, logOnly: true },
  "organization.reactivated": { icon: "Play", line: () => line`reactivated the organization`, logOnly: true },
};

export const organizationNotifications: NotificationMessages<"organization"> = {
  "organization.created": {
    icon: "PartyPopper",
    page: "organization",
    tellsActor: true,
    title: ({ organization }) => `${organization} is ready`,
    sentences: ({ freeSeats }) => [
      "You created it and own it. Invite people to join you.",
      ...(freeSeats === undefined
        ? []
        : [
            `The free plan has ${counted(freeSeats, "seat")}; ${freeSeats === 1 ? "it is yours" : "yours is one of them"}.`,
          ]),
    ],
    because: ({ organization }) => `you created ${organization} with this address`,
  },
  "organization.deleted": {
    icon: "Trash2",
    page: "home",
    title: ({ person, organization }) => `${person} deleted ${organization}`,
    sentences: ({ at, day }) => [
      `As an owner you can restore it until ${day(restorableUntil(at))}, with all its members. After that, everything in it is permanently deleted.`,
      "Nobody can open it anymore, its subscription is canceled, and its invitations no longer work.",
    ],
    because: owns,
  },
  "organization.restored": {
    icon: "RotateCw",
    page: "organization",
    title: ({ person, organization }) => `${person} restored ${organization}`,
    sentences: () => ["It is back, with all its members, teams, and settings. A canceled subscription stays canceled."],
    because: owns,
  },
  "organization.mails_paused": {
    icon: "MailWarning",
    page: "invitations",
    title: ({ organization }) => `Invitation emails of ${organization} are paused`,
    sentences: ({ thing }) => [
      thing === "complained"
        ? "Too many recipients reported an invitation as spam."
        : "Too many invitations bounced: their addresses do not exist, or take no email.",
      "You can still invite people, but emails of invitations and reminders wait until the operator resumes them. Revoke the invitations to addresses that are wrong, and then contact the operator.",
    ],
    because: manages,
  },
  "organization.mails_resumed": {
    icon: "MailPlus",
    page: "invitations",
    title: ({ organization }) => `Invitation emails of ${organization} are resumed`,
    sentences: () => ["The operator has resumed them. Those that waited are on their way."],
    because: manages,
  },
  "organization.owners_changed": {
    icon: "Crown",
    page: "members",
    because: owns,
    title: ({ person, role, organization }) =>
      `${person} is ${role === "owner" ? "now" : "no longer"} an owner of ${organization}`,
    sentences: ({ person, role, by }) => [
      howOwnersChanged(person, role, by),
      "If you did not expect this, check the members and talk to the other owners.",
    ],
  },
};

function howOwnersChanged(person: string, role: Named["role"], by: string | undefined): string {
  if (!role) return by ? `${by} removed ${person} from the organization.` : `${person} left the organization.`;
  if (by) return `${by} changed the role of ${person} to ${roleName(role)}.`;
  return role === "owner"
    ? `${person} accepted an invitation as an owner.`
    : `${person} changed their own role to ${roleName(role)}.`;
}

/** Tells the other owners that somebody is an owner now, or no longer. */
export const ownersChanged = (change: { person: ID<"account"> } & Pick<Telling, "by" | "role">): Telling => ({
  kind: "organization.owners_changed",
  to: ownersExcept(change.person),
  ...change,
});
