import type { Info } from "../notification/list.ts";
import type { Kind } from "../notification/shape.ts";
import { button, type Content, day, heading, named, paragraph, small } from "./content.ts";

type BillingKind = Extract<Kind, `billing.${string}`>;
type About = { organization: string; url: string };
type Said = Pick<Info, "until" | "by">;
type Letters = Record<BillingKind, (about: About, info: Said) => Content>;

/** What owners are told about payment: what happened, what it means, what to do. */
export const billingTemplates: Letters = {
  "billing.past_due": (about) =>
    toOwners(about, {
      subject: `A payment for ${about.organization} failed`,
      preview: "Nobody can be invited until it is paid.",
      sentences: [
        `The last payment for the seats of ${about.organization} failed. The billing page shows whether Stripe tries again, and when.`,
        "Until it is paid, nobody can be invited, and seats and plan cannot be changed. Members keep their access, and can be removed.",
        "Check the payment method and the open invoice on the billing page.",
      ],
      action: "Open billing",
    }),

  "billing.over_limit": (about) =>
    toOwners(about, {
      subject: `${about.organization} uses more seats than it has`,
      preview: "Nobody can be invited until there are enough seats.",
      sentences: [
        `More seats of ${about.organization} are in use or held by invitations than there are: paid seats were reduced outside this site, or a grant of seats ended.`,
        "Nobody is removed. Until there are enough seats, nobody can be invited: buy seats, remove members, or revoke invitations.",
      ],
      action: "Open billing",
    }),

  "billing.ending": (about, { until, by }) =>
    toOwners(about, {
      subject: `The subscription of ${about.organization} ends${on(until)}`,
      preview: "Until then, nothing changes.",
      sentences: [
        `${by ? `${named(by)} canceled the subscription of ${about.organization}. It` : `The subscription of ${about.organization}`} ends${on(until)}.`,
        "Until then, nothing changes, and the subscription can be resumed. After that there is a grace period in which nobody can be invited.",
      ],
      action: "Open billing",
    }),

  "billing.canceled": (about, { until }) =>
    toOwners(about, {
      subject: `The subscription of ${about.organization} has ended`,
      preview: until ? `The grace period ends on ${day(until)}.` : "The grace period has begun.",
      sentences: [
        `The subscription of ${about.organization} has ended, and nobody can be invited anymore.`,
        `${until ? `You have until ${day(until)} to` : "You can still"} choose a plan and continue as before. After that, the organization continues with the free seats if its members fit into them; otherwise it becomes read-only.`,
      ],
      action: "Choose a plan",
    }),

  "billing.read_only": (about) =>
    toOwners(about, {
      subject: `${about.organization} is now read-only`,
      preview: "The grace period after its subscription has ended.",
      sentences: [
        `The grace period after the subscription of ${about.organization} has ended, and it has more members than the free plan has seats. You can view and export everything, and remove members, invitations, and other content. Nothing can be added or edited.`,
        "To continue, choose a plan, or remove members until the rest fit into the free seats.",
      ],
      action: "Choose a plan",
    }),

  "billing.trial_ending": (about, { until }) =>
    toOwners(about, {
      subject: `The trial of ${about.organization} ends${on(until)}`,
      preview: "Then the first payment is due.",
      sentences: [
        `The trial of ${about.organization} ends${on(until)}. Then your payment method is charged for the first time.`,
        "If you don't want to continue, cancel before that day and you won't be charged.",
      ],
      action: "Open billing",
    }),

  "billing.automatic_seats_stopped": (about) =>
    toOwners(about, {
      subject: `Seats for ${about.organization} could not be added automatically`,
      preview: "The billing page says why.",
      sentences: [
        `Seats were needed in ${about.organization}, and could not be added automatically: the payment was declined or needs your confirmation, or seats had been changed too often that day. The billing page says which.`,
        "Nobody loses a seat. Once none is free, nobody else can be invited or join, and requests for seats wait for you. If the payment needs your confirmation, add seats yourself. Otherwise they are added again once another payment method is chosen or a change of seats is paid, and at the latest after a day.",
      ],
      action: "Open billing",
    }),

  "billing.duplicate_paid": (about) =>
    toOwners(about, {
      subject: `${about.organization} made a payment that can be refunded`,
      preview: "It was for a second subscription, or for a change that was dropped.",
      sentences: [
        `${about.organization} paid for a second subscription, which was canceled, or a bank paid for a change of seats after it was dropped.`,
        "The payment has not been returned yet. The operator of this service has been told, and can refund it.",
      ],
      action: "Open billing",
    }),

  "billing.duplicate_refunded": (about) =>
    toOwners(about, {
      subject: `${about.organization} was refunded`,
      preview: "The billing page has the invoice.",
      sentences: [
        `What ${about.organization} paid for a second subscription, or for a change that was dropped, was returned, to the payment method or to the balance that the next invoices use.`,
      ],
      action: "Open billing",
    }),
};

export const isBilling = (kind: Kind): kind is BillingKind => kind in billingTemplates;

/** The same for the billing address of an organization, which may belong to nobody in it. */
export function billingMailTemplate(
  kind: BillingKind,
  about: About,
  { until }: { until?: string | undefined },
): Content {
  const { subject, preview, blocks } = billingTemplates[kind](about, { until, by: undefined });
  const why = small(`You receive this email because this is the billing address of ${about.organization}.`);
  return { subject, preview, blocks: [...blocks.slice(0, -1), why] };
}

type Words = { subject: string; preview: string; sentences: string[]; action: string };

const toOwners = ({ organization, url }: About, { subject, preview, sentences, action }: Words): Content => ({
  subject,
  preview,
  blocks: [
    heading(subject),
    ...sentences.map(paragraph),
    button(action, `${url}/billing`),
    small(`You receive this email because you are an owner of ${organization}.`),
  ],
});

const on = (until: string | undefined) => (until ? ` on ${day(until)}` : " soon");
