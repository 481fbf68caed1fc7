import {
  Activity as ActivityIcon,
  Ban,
  Building,
  Clock,
  Crown,
  LogOut,
  type LucideIcon,
  MailCheck,
  MailPlus,
  MailQuestionMark,
  MailWarning,
  PauseCircle,
  Pencil,
  PlayCircle,
  RotateCw,
  Ticket,
  Trash2,
  UserCog,
  UserMinus,
  UserPlus,
  UserRoundX,
} from "lucide-react";
import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { Actor } from "./actor.tsx";
import { billingText } from "./billing-event-text.tsx";
import { departureText } from "./departure-event-text.tsx";
import { deviceText } from "./device-event-text.tsx";
import { domainText } from "./domain-event-text.tsx";
import { ImportLink, Invitees, named, roleOf, rolesOf, settingsOf } from "./event-parts.tsx";
import type { DataOf, Words, WordsOf } from "./event-shape.ts";
import { importEndings, importText } from "./import-event-text.tsx";
import { reclaimText } from "./reclaim-event-text.tsx";
import { rolloutText } from "./rollout-event-text.tsx";
import { secretText } from "./secret-event-text.tsx";
import { teamText } from "./team-event-text.tsx";
import { updateText } from "./update-event-text.tsx";
import type { Names } from "./use-names.ts";

const counted = (teams: readonly string[], what: string) =>
  teams.length > 0 ? [`${plural(teams.length, "team")} ${what}`] : [];

/** What follows the actor's name, by type of event. */
const words: WordsOf<"organization" | "setting" | "invitation" | "member", "invitation.ended"> = {
  "organization.created": { icon: Building, sentence: ({ name }) => <>created {named(name)}</> },
  "organization.renamed": {
    icon: Pencil,
    sentence: ({ from, to }) => (
      <>
        renamed {named(from)} to {named(to)}
      </>
    ),
  },
  "setting.saved": { icon: Pencil, sentence: ({ section, fields }) => `changed ${settingsOf(section, fields)}` },
  "organization.granted": {
    icon: Ticket,
    sentence: ({ from, to, granted, until }) =>
      granted === 0
        ? `ended a grant of seats: ${to} now, ${from} before`
        : `set the granted seats to ${granted ?? to}${until ? " for a limited time" : ""}: ${to} seats now, ${from} before`,
  },
  "organization.deleted": { icon: Trash2, sentence: () => "deleted the organization" },
  "organization.restored": { icon: RotateCw, sentence: () => "restored the organization" },
  "organization.mails_paused": {
    icon: MailWarning,
    sentence: ({ why, delivered = 0, bounced = 0, complained = 0, account }) => {
      const what = why === "complained" ? "were reported as spam" : "bounced";
      if (account !== undefined) {
        return `paused the emails of invitations: too many that one account sent, in several organizations, ${what}`;
      }
      const numbers = why === "complained" ? `${complained} of ${delivered}` : `${bounced} of ${delivered + bounced}`;
      return `paused the emails of invitations: ${numbers} ${what}`;
    },
  },
  "organization.mails_resumed": { icon: MailCheck, sentence: () => "resumed the emails of invitations" },
  "organization.suspended": { icon: PauseCircle, sentence: () => "suspended the organization" },
  "organization.reactivated": { icon: PlayCircle, sentence: () => "reactivated the organization" },
  "invitation.created": {
    icon: MailPlus,
    sentence: ({ invitations, roles, import: by }, names) => (
      <>
        invited <Invitees ids={invitations} names={names} /> as {rolesOf(roles)}
        {by !== undefined && (
          <>
            {" "}
            by <ImportLink id={by} names={names} />
          </>
        )}
      </>
    ),
  },
  "invitation.resent": {
    icon: RotateCw,
    sentence: ({ invitation }, names) => (
      <>
        sent a new invitation to <Invitees ids={[invitation]} names={names} />
      </>
    ),
  },
  "invitation.mails_resumed": {
    icon: RotateCw,
    sentence: ({ invitations }, names) => (
      <>
        queued the emails of the invitations of <Invitees ids={invitations} names={names} /> again
      </>
    ),
  },
  "invitation.role_changed": {
    icon: UserCog,
    sentence: ({ invitation, from, to }, names) => (
      <>
        changed the invitation of <Invitees ids={[invitation]} names={names} /> from {roleOf(from)} to {roleOf(to)}
      </>
    ),
  },
  "invitation.teams_changed": {
    icon: UserCog,
    sentence: ({ invitation, added, removed }, names) => (
      <>
        changed the teams of the invitation of <Invitees ids={[invitation]} names={names} />:{" "}
        {[...counted(added, "added"), ...counted(removed, "removed")].join(", ")}
      </>
    ),
  },
  "invitation.renamed": {
    icon: UserCog,
    sentence: ({ invitation }, names) => (
      <>
        changed the name in the invitation of <Invitees ids={[invitation]} names={names} />
      </>
    ),
  },
  "invitation.inviter_changed": {
    icon: UserCog,
    sentence: ({ invitations, from, to }, names) => (
      <>
        gave <Actor actor={to} names={names} isObject /> the {invitations.length === 1 ? "invitation" : "invitations"}{" "}
        of <Invitees ids={invitations} names={names} />, which <Actor actor={from} names={names} isObject /> had sent
      </>
    ),
  },
  "invitation.accepted": {
    icon: UserPlus,
    sentence: ({ role, by }, names) => (
      <>
        joined as {roleOf(role)}, invited by <Actor actor={by} names={names} isObject />
      </>
    ),
  },
  "invitation.requested": {
    icon: MailQuestionMark,
    who: ({ invitation }, names) => <Invitees ids={[invitation]} names={names} />,
    sentence: () => "requested a new invitation",
  },
  "invitation.suppression_removed": {
    icon: MailPlus,
    sentence: ({ invitation }, names) => (
      <>
        allowed email to <Invitees ids={[invitation]} names={names} /> again
      </>
    ),
  },
  "member.joined": {
    icon: UserPlus,
    sentence: ({ role, domainName }) => (
      <>
        joined as {roleOf(role)}, with an address of {named(domainName)}
      </>
    ),
  },
  "member.role_changed": {
    icon: UserCog,
    sentence: ({ account, from, to }, names) => (
      <>
        changed the role of <Actor actor={account} names={names} isObject /> from {roleOf(from)} to {roleOf(to)}
      </>
    ),
  },
  "member.removed": {
    icon: UserMinus,
    sentence: ({ invitation }, names) => (
      <>
        removed <Invitees ids={[invitation]} names={names} />
      </>
    ),
  },
  "member.reinstated": {
    icon: UserPlus,
    sentence: ({ account, role }, names) => (
      <>
        restored <Actor actor={account} names={names} isObject /> as {roleOf(role)}
      </>
    ),
  },
  "member.left": {
    icon: LogOut,
    who: ({ invitation }, names) => <Invitees ids={[invitation]} names={names} />,
    sentence: () => "left the organization",
  },
  "member.transferred": {
    icon: Crown,
    sentence: ({ to }, names) => (
      <>
        transferred ownership to <Actor actor={to} names={names} isObject />
      </>
    ),
  },
};

type Ended = DataOf<"invitation.ended">;
const endings: { readonly [S in Ended["state"]]: Words<Ended> } = {
  declined: {
    icon: UserRoundX,
    who: ({ invitations }, names) => <Invitees ids={invitations} names={names} />,
    sentence: () => "declined the invitation",
  },
  revoked: {
    icon: Ban,
    sentence: ({ invitations, from, reason }, names) => (
      <>
        revoked the invitation of <Invitees ids={invitations} names={names} />
        {from !== undefined && (
          <>
            , sent by <Actor actor={from} names={names} isObject />, who{" "}
            {reason === "inviter_left" ? "is no longer a member" : "may no longer give this role"}
          </>
        )}
      </>
    ),
  },
  unknown: {
    icon: Ban,
    sentence: ({ invitations }, names) => (
      <>
        ended the invitation of <Invitees ids={invitations} names={names} />
      </>
    ),
  },
  expired: {
    icon: Clock,
    sentence: ({ invitations }, names) => (
      <>
        let the invitation of <Invitees ids={invitations} names={names} /> expire
      </>
    ),
  },
};

const allText = {
  ...words,
  ...teamText,
  ...billingText,
  ...departureText,
  ...deviceText,
  ...domainText,
  ...importText,
  ...reclaimText,
  ...rolloutText,
  ...secretText,
  ...updateText,
};

/** The sentence of an event, once names are known. */
type Described = { icon: LucideIcon; who?: (names: Names) => ReactNode; sentence: (names: Names) => ReactNode };

/** An event without a sentence is shown by its type. */
export function describe(event: OrganizationEvent): Described {
  const { type, data, actor } = event;
  const words = wordsFor(event);
  if (words === undefined) {
    return { icon: ActivityIcon, sentence: () => <span className="font-mono text-sm text-fg-2">{type}</span> };
  }
  const { icon, who, sentence } = words;
  return {
    icon,
    ...(who && { who: (names: Names) => who(data, names) }),
    sentence: (names) => sentence(data, names, actor),
  };
}

/** A page that was loaded before a release meets unknown types. */
function wordsFor(event: OrganizationEvent) {
  let words: unknown;
  if (event.type === "invitation.ended") {
    words = endings[event.data.state];
  } else if (event.type === "import.ended") {
    words = importEndings[event.data.state];
  } else if (event.type !== "unknown") {
    words = allText[event.type];
  }
  return words as Words<OrganizationEvent["data"]> | undefined;
}
