import { settings } from "../kernel/ports.ts";
import type { Info } from "../notification/list.ts";
import { restorableUntil } from "../organization/tombstone.ts";
import { billingTemplates } from "./billing-template.ts";
import { button, type Content, day, heading, named, paragraph, small } from "./content.ts";
import { departureTemplate } from "./departure-template.ts";
import { domainTemplates } from "./domain-template.ts";
import { reportTemplates } from "./report-template.ts";
import { rolloutTemplates } from "./rollout-template.ts";
import { seatTemplates } from "./seat-template.ts";
import { secretTemplates } from "./secret-template.ts";
import { labelOf, rightsOf } from "./template.ts";
import { deletedTemplates, updateTemplates } from "./update-template.ts";

type Letters = Record<Info["kind"], (about: About, info: Info) => Content>;
/** Names as they may appear in a mail, and where its button leads. */
type About = { organization: string; person: string; by: string; reader: string; url: string };

const someone = "Someone";

/** Returns the mail of a notification to somebody of this name. */
export function notificationTemplate(info: Info, reader: string): Content {
  const about = {
    organization: named(info.subject),
    person: named(info.person ?? someone),
    by: named(info.by ?? someone),
    reader: named(reader),
    url: `${settings().siteUrl}/organizations/${info.organization}`,
  };
  return letters[info.kind](about, info);
}

const letters: Letters = {
  ...billingTemplates,
  ...secretTemplates,
  ...domainTemplates,
  "departure.recorded": departureTemplate,
  ...rolloutTemplates,
  ...seatTemplates,
  ...updateTemplates,
  ...deletedTemplates,
  ...reportTemplates,

  "organization.created": ({ organization, reader, url }) => {
    const { freeSeats, productName } = settings();
    const seats = freeSeats === 1 ? "one seat" : `${freeSeats} seats`;
    return {
      subject: `${organization} is ready on ${productName}`,
      preview: `You own it, and ${seats} ${freeSeats === 1 ? "is" : "are"} free of charge.`,
      blocks: [
        heading(`${organization} is ready`),
        paragraph(`Hello ${reader}, you created the organization ${organization} and own it.`),
        paragraph(`The free plan has ${seats}; yours is one of them.`),
        button("Open the organization", url),
        small("You receive this email because you created an organization with this address."),
      ],
    };
  },

  "organization.deleted": ({ organization, person }, { at }) => ({
    subject: `${person} deleted ${organization}`,
    preview: `An owner can restore it until ${day(restorableUntil(at))}.`,
    blocks: [
      heading(`${person} deleted ${organization}`),
      paragraph(
        `Nobody can open ${organization} anymore, its subscription is canceled, and its invitations no longer work.`,
      ),
      paragraph(
        `As an owner you can restore it until ${day(restorableUntil(at))}, with all its members. After that, everything in it is permanently deleted.`,
      ),
      button("See your organizations", `${settings().siteUrl}/`),
      small(`You receive this email because you are an owner of ${organization}.`),
    ],
  }),

  "organization.restored": ({ organization, person, url }) => ({
    subject: `${person} restored ${organization}`,
    preview: "Its members can open it again.",
    blocks: [
      heading(`${person} restored ${organization}`),
      paragraph(
        `${organization} is back, with all its members, teams, and settings. A canceled subscription stays canceled.`,
      ),
      button("Open the organization", url),
      small(`You receive this email because you are an owner of ${organization}.`),
    ],
  }),

  "organization.mails_paused": ({ organization, url }, { thing }) => ({
    subject: `Invitation emails of ${organization} are paused`,
    preview: "You can still invite people, but the emails wait.",
    blocks: [
      heading(`Invitation emails of ${organization} are paused`),
      paragraph(
        thing === "complained"
          ? "Too many recipients reported an invitation as spam."
          : "Too many invitations bounced: their addresses do not exist, or take no email.",
      ),
      paragraph(
        "Emails of invitations and reminders wait until the operator resumes them. Revoke the invitations to addresses that are wrong, and then contact the operator.",
      ),
      button("See the invitations", `${url}/invitations`),
      small(`You receive this email because you manage the members of ${organization}.`),
    ],
  }),

  "organization.mails_resumed": ({ organization, url }) => ({
    subject: `Invitation emails of ${organization} are resumed`,
    preview: "Those that waited are on their way.",
    blocks: [
      heading(`Invitation emails of ${organization} are resumed`),
      paragraph("The operator has resumed the emails of invitations. Those that waited are on their way."),
      button("See the invitations", `${url}/invitations`),
      small(`You receive this email because you manage the members of ${organization}.`),
    ],
  }),

  "invitation.accepted": ({ organization, person, url }, { role = "read" }) => ({
    subject: `${person} joined ${organization}`,
    preview: `Your invitation was accepted. Their role is ${labelOf(role)}.`,
    blocks: [
      heading(`${person} joined ${organization}`),
      paragraph(
        `${person} accepted your invitation and is now a member of ${organization}. Their role is ${labelOf(role)}.`,
      ),
      button("See the members", `${url}/members`),
      small("You receive this email because you sent this invitation."),
    ],
  }),

  "invitation.requested": ({ organization, person, url }, { role = "read" }) => ({
    subject: `${person} requested a new invitation to ${organization}`,
    preview: "The earlier invitation no longer works.",
    blocks: [
      heading(`${person} requested a new invitation`),
      paragraph(
        `${person} opened an invitation to ${organization} that no longer works, and requested a new one. Their role would be ${labelOf(role)}.`,
      ),
      paragraph(
        "If you want them to join, invite them again. If not, you don't need to do anything: they won't be notified.",
      ),
      button("See the invitations", `${url}/invitations`),
      small(`You receive this email because you manage the members of ${organization}.`),
    ],
  }),

  "member.role_changed": ({ organization, person, url }, { role = "read" }) => ({
    subject: `Your role in ${organization} is now ${labelOf(role)}`,
    preview: `Now ${rightsOf(role)}.`,
    blocks: [
      heading(`Your role is now ${labelOf(role)}`),
      paragraph(`${person} changed your role in ${organization} to ${labelOf(role)}. Now ${rightsOf(role)}.`),
      button("Open the organization", url),
      small(`You receive this email because you are a member of ${organization}.`),
    ],
  }),

  "member.reinstated": ({ organization, person, url }, { role = "read" }) => ({
    subject: `You are a member of ${organization} again`,
    preview: `${person} restored your membership. Your role is ${labelOf(role)}.`,
    blocks: [
      heading(`You are a member of ${organization} again`),
      paragraph(
        `${person} restored your membership in the organization ${organization}. Your role is ${labelOf(role)}.`,
      ),
      button("Open the organization", url),
      small(`You receive this email because you are a member of ${organization}. You can leave it at any time.`),
    ],
  }),

  "member.removed": ({ organization, person }) => ({
    subject: `You are no longer a member of ${organization}`,
    preview: `${person} removed you.`,
    blocks: [
      heading(`You are no longer a member of ${organization}`),
      paragraph(`${person} removed you from the organization ${organization}. You can no longer open it.`),
      paragraph(
        "Your account and your other organizations are not affected. If you think this is a mistake, contact an owner there.",
      ),
      small(`You receive this email because you were a member of ${organization}.`),
    ],
  }),

  "member.transferred": ({ organization, person, by, url }) => ({
    subject: `${person} is now an owner of ${organization}`,
    preview: `${by} transferred ownership.`,
    blocks: [
      heading(`${person} is now an owner of ${organization}`),
      paragraph(`${by} transferred ownership of ${organization} to ${person}, and is now an ${labelOf("admin")}.`),
      ...ownersChange(organization, url),
    ],
  }),

  "organization.owners_changed": ({ organization, person, url }, info) => {
    const sentence = `${person} is ${info.role === "owner" ? "now" : "no longer"} an owner of ${organization}`;
    return {
      subject: sentence,
      preview: howOwnersChanged(person, info),
      blocks: [heading(sentence), paragraph(howOwnersChanged(person, info)), ...ownersChange(organization, url)],
    };
  },
};

function howOwnersChanged(person: string, { role, by }: Info): string {
  if (!role) return by ? `${named(by)} removed ${person} from the organization.` : `${person} left the organization.`;
  if (by) return `${named(by)} changed the role of ${person} to ${labelOf(role)}.`;
  return role === "owner"
    ? `${person} accepted an invitation as an owner.`
    : `${person} changed their own role to ${labelOf(role)}.`;
}

const ownersChange = (organization: string, url: string) => [
  paragraph(`If you did not expect this, check the members of ${organization} and talk to the other owners.`),
  button("See the members", `${url}/members`),
  small(`You receive this email because you are an owner of ${organization}.`),
];
