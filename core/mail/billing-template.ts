import type { Info } from "../notification/list.ts";
import type { Kind } from "../notification/shape.ts";
import { button, type Content, day, heading, named, paragraph, small } from "./content.ts";

type BillingKind = Extract<Kind, `billing.${string}`>;
type About = { organization: string; url: string };
type Letters = Record<BillingKind, (about: About, info: Info) => Content>;

/** What owners are told of their payment: what happened, what it means, what to do. */
export const billingTemplates: Letters = {
  "billing.past_due": (about) =>
    toOwners(about, {
      subject: `A payment for ${about.organization} failed`,
      preview: "Nobody can be invited until it is paid.",
      sentences: [
        `The last payment for the seats of ${about.organization} did not go through. Stripe tries again in the next days.`,
        "Until it is paid nobody can be invited and seats cannot be changed. Everybody keeps their access, and members can be removed.",
        "Look at the card on the billing page, and at the invoice that is open there.",
      ],
      action: "Open billing",
    }),

  "billing.over_limit": (about) =>
    toOwners(about, {
      subject: `${about.organization} uses more seats than are paid`,
      preview: "Nobody can be invited until there are enough seats.",
      sentences: [
        `More seats of ${about.organization} are in use or held by invitations than are paid. The number that is paid was lowered outside of this site.`,
        "Nobody is removed. Until there are enough seats, nobody can be invited: buy more seats, remove members, or revoke invitations.",
      ],
      action: "Open billing",
    }),

  "billing.ending": (about, { until, by }) =>
    toOwners(about, {
      subject: `The subscription of ${about.organization} ends${on(until)}`,
      preview: "Until then everything works as before.",
      sentences: [
        `${by ? `${named(by)} canceled the subscription of ${about.organization}. It` : `The subscription of ${about.organization}`} ends${on(until)}.`,
        "Until then everything works as before, and the subscription can be resumed. After it there is a grace period in which nobody can be invited.",
      ],
      action: "Open billing",
    }),

  "billing.canceled": (about, { until }) =>
    toOwners(about, {
      subject: `The subscription of ${about.organization} has ended`,
      preview: until ? `The grace period ends on ${day(until)}.` : "The grace period has begun.",
      sentences: [
        `The subscription of ${about.organization} has ended, and nobody can be invited any more.`,
        `${until ? `You have until ${day(until)} to` : "You can still"} choose a plan and continue as before. After that, an organization whose members fit into the free seats continues with those; one with more members becomes read-only.`,
      ],
      action: "Choose a plan",
    }),

  "billing.read_only": (about) =>
    toOwners(about, {
      subject: `${about.organization} can only be read now`,
      preview: "The grace period after its subscription is over.",
      sentences: [
        `The grace period after the subscription of ${about.organization} is over, and it has more members than the free plan has seats. It can be read and exported, members can be removed, and nothing else can be changed.`,
        "Choose a plan to go on as before, or remove members until the rest fit into the free seats.",
      ],
      action: "Choose a plan",
    }),

  "billing.trial_ending": (about, { until }) =>
    toOwners(about, {
      subject: `The trial of ${about.organization} ends${on(until)}`,
      preview: "Then the first payment is due.",
      sentences: [
        `The trial of ${about.organization} ends${on(until)}. Then the first payment is taken from the card that was given.`,
        "If you do not want to go on, cancel before that day: nothing is paid then.",
      ],
      action: "Open billing",
    }),
};

type Words = { subject: string; preview: string; sentences: string[]; action: string };

const toOwners = ({ organization, url }: About, { subject, preview, sentences, action }: Words): Content => ({
  subject,
  preview,
  blocks: [
    heading(subject),
    ...sentences.map(paragraph),
    button(action, `${url}/billing`),
    small(`You receive this mail because you are an owner of ${organization}.`),
  ],
});

const on = (until: string | undefined) => (until ? ` on ${day(until)}` : " soon");
