import { owns } from "../message/because.ts";
import type { Named, NotificationMessages } from "../message/message.ts";

const toBilling = { icon: "CreditCard", page: "billing", tellsActor: true, because: owns } as const;

export const billingNotifications: NotificationMessages<"billing"> = {
  "billing.past_due": {
    ...toBilling,
    title: ({ organization, thing }) =>
      thing === undefined ? `A payment for ${organization} failed` : `An invoice of ${organization} is overdue`,
    sentences: ({ thing }) => [
      "Until it is paid, nobody can be invited, and seats and plan cannot be changed. Members keep their access, and can be removed.",
      thing === undefined
        ? "Check the payment method and the open invoice on the billing page. It shows whether Stripe tries again, and when."
        : "The billing page has the open invoice, and leads to where it can be paid.",
    ],
  },
  "billing.over_limit": {
    ...toBilling,
    title: ({ organization }) => `${organization} uses more seats than it has`,
    sentences: () => [
      "Nobody is removed. Until there are enough seats, nobody can be invited: buy seats, remove members, or revoke invitations.",
      "More seats are in use or held by invitations than there are: paid seats were reduced outside this site, or a grant of seats ended.",
    ],
  },
  "billing.ending": {
    ...toBilling,
    tellsActor: false,
    title: (named) => `The subscription of ${named.organization} ends${on(named)}`,
    sentences: ({ by }) => [
      `${by ? `${by} canceled it. ` : ""}Until then, nothing changes, and the subscription can be resumed. After that there is a grace period in which nobody can be invited.`,
    ],
  },
  "billing.canceled": {
    ...toBilling,
    title: ({ organization }) => `The subscription of ${organization} has ended`,
    sentences: ({ until, day }) => [
      `Nobody can be invited anymore. ${until ? `You have until ${day(until)} to` : "You can still"} choose a plan and continue as before.`,
      "After that, the organization continues with the free seats if its members fit into them; otherwise it becomes read-only.",
    ],
  },
  "billing.read_only": {
    ...toBilling,
    title: ({ organization }) => `${organization} is now read-only`,
    sentences: () => [
      "The grace period after its subscription has ended, and it has more members than the free plan has seats. You can view and export everything, and remove members, invitations, and other content. Nothing can be added or edited.",
      "To continue, choose a plan, or remove members until the rest fit into the free seats.",
    ],
  },
  "billing.trial_ending": {
    ...toBilling,
    title: (named) => `The trial of ${named.organization} ends${on(named)}`,
    sentences: () => [
      "Then your payment method is charged for the first time.",
      "If you don't want to continue, cancel before that day and you won't be charged.",
    ],
  },
  "billing.card_expiring": {
    ...toBilling,
    title: ({ organization, until = "", at }) =>
      `The card of ${organization} ${until > at ? "expires soon" : "has expired"}`,
    sentences: ({ thing = "The card", until = "", day, at }) => [
      until > at
        ? `${thing} can be charged until ${day(until)}. Payments after that day fail.`
        : `Payments by ${thing} fail now.`,
      "Choose another payment method on the billing page, so that seats can be added and the subscription goes on.",
    ],
  },
  "billing.automatic_seats_stopped": {
    ...toBilling,
    title: ({ organization }) => `Seats for ${organization} could not be added automatically`,
    sentences: () => [
      "The payment was declined or needs your confirmation, or seats had been changed too often that day. The billing page says which.",
      "Nobody loses a seat. Once none is free, nobody else can be invited or join, and requests for seats wait for you. If the payment needs your confirmation, add seats yourself. Otherwise they are added again once another payment method is chosen or a change of seats is paid, and at the latest after a day.",
    ],
  },
  "billing.duplicate_paid": {
    ...toBilling,
    title: ({ organization, thing }) => `${organization} made a payment${of(thing)} that can be refunded`,
    sentences: () => [
      "It bought nothing: it was for a second subscription, which was canceled, it came after the subscription had ended, or a bank paid for a change of seats after it was dropped.",
      "The billing page has the payment. There you can have it refunded, or keep it for the next invoices, such as those of a new subscription.",
    ],
  },
  "billing.payment_disputed": {
    ...toBilling,
    title: ({ organization, thing }) => `A payment${of(thing)} by ${organization} is disputed`,
    sentences: () => [
      "Its payer told the bank that it was wrong, and the bank has reversed it until it decides. Until then no seats can be added, and the plan cannot be changed. Nobody loses a seat.",
      "If the dispute is a mistake, ask the bank to end it. The billing page has the amount.",
    ],
  },
  "billing.duplicate_refunded": {
    ...toBilling,
    title: ({ organization, thing }) => `${organization} was refunded${thing ? ` ${thing}` : ""}`,
    sentences: () => [
      "What it paid for a second subscription, for one that had ended, for a change that was dropped, or for the time that a deletion left unused, was returned, to the payment method or to the balance that the next invoices use. The billing page has the invoice.",
    ],
  },
};

/** Notifications from before amounts were in them have none. */
const of = (thing: string | undefined) => (thing ? ` of ${thing}` : "");
const on = ({ until, day }: Named) => (until ? ` on ${day(until)}` : " soon");
