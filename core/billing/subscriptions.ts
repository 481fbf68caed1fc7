import * as ID from "../base/id.ts";
import { plans } from "../kernel/ports.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import type { Answers, Command } from "./commands.ts";
import { debitOf, hasPaidNothing, isPaidAfter } from "./debit.ts";
import type { Snapshot } from "./observe.ts";
import { hasBegun, isDisputed, isLive, type Row } from "./row.ts";

// The subscriptions that Stripe has of an organization: there is one, and a deleted organization has none.

type Organization = ID.ID<"organization">;
type Debits = ReadonlyMap<string, Row["debit"]>;

export type Own = {
  /** All that are active. */
  active: readonly StripeSubscription[];
  /** All that have ended. */
  ended: readonly StripeSubscription[];
  /** The active one that is kept. */
  winner: StripeSubscription | undefined;
  /** The active ones that are not. */
  others: readonly StripeSubscription[];
  /**
   * The one that is copied: the one that is kept, or else the recorded or the newest one. One that waits for its first
   * payment is copied only where none was before.
   */
  found: StripeSubscription | undefined;
  /** The debits that banks have not paid yet, by subscription. */
  debits: Debits;
  /** Another organization that the customer has an active subscription for. */
  other: Organization | undefined;
};

// Functions

/** Returns the subscriptions of an organization, and which of them is kept. */
export function ownOf(organization: Organization, row: Row, snapshot: Snapshot): Own {
  // threat: what a customer has for something else is canceled
  const own = snapshot.subscriptions.filter((one) => isOwn(one, row, organization));
  const recorded = row.mirror?.subscription;
  const debits = new Map(own.map((one) => [one.id, debitOf(one, row, snapshot)]));
  const active = own.filter(isLive);
  const [winner, ...others] = inOrder(active, recorded, debits);
  const known = own.find(({ id }) => id === recorded);
  // threat: seats stay whose subscription has ended, because another one waits for its first payment
  const isWaiting = winner !== undefined && !hasBegun(winner) && known !== undefined && hasBegun(known);
  const found = (isWaiting ? known : winner) ?? known ?? own[0];
  const ended = own.filter((one) => !isLive(one));
  return { active, ended, winner, others, found, debits, other: otherOf(snapshot.subscriptions, own) };
}

/**
 * Returns active subscriptions in the order in which one is kept: one that is paid before one that is not, the recorded
 * one before others, the oldest first, one whose first payment is missing last.
 */
function inOrder(active: readonly StripeSubscription[], recorded: string | undefined, debits: Debits) {
  // the status of those whose first payment a bank processes, or has refused, does not say so
  const rankOf = (one: StripeSubscription) =>
    [
      // threat: a paid subscription is canceled for an unpaid one
      // threat: a subscription whose payment a bank processes wins over one that is paid
      // threat: a renewal that a bank processes loses to a second subscription
      hasPaidNothing({ debit: debits.get(one.id) }) ? 1 : orderOfPayment(one),
      // threat: the recorded subscription of an organization is canceled as a duplicate
      one.id === recorded ? 0 : 1,
      // threat: the newer of two subscriptions stays
      orderOf(one),
    ].join("");
  // threat: which of two subscriptions stays depends on the order of Stripe's list
  return active.toSorted((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1));
}

/** Nobody's mistake is corrected here: either of the two may have paid. */
const otherOf = (bought: readonly StripeSubscription[], own: readonly StripeSubscription[]): Organization | undefined =>
  bought
    .filter((one) => isLive(one) && !own.includes(one))
    .map((one) => one.organization)
    .find((one) => ID.is("organization", one));

/** Returns whether a subscription is the recorded one, or labeled with the organization. */
export const isOwn = (one: StripeSubscription, { mirror }: Row, organization: Organization): boolean =>
  // threat: without its label a recorded subscription is nobody's
  one.id === mirror?.subscription || one.organization === organization;

/**
 * Returns what ends everything of an organization: open checkouts, then subscriptions. Its new state is written before,
 * with `Dirty.mark`, so that anything this cannot reach ends later.
 * @param paidUntil what was paid after it is returned by itself, and leaves nothing to credit
 */
export const endings = (
  snapshot: Snapshot,
  { row, active, debits }: Pick<Own, "active"> & Known,
  paidUntil?: string,
): Command[] => [
  // threat: a checkout of a deleted organization can still be paid
  ...snapshot.checkouts.map(({ id }): Command => ({ do: "expire", checkout: id })),
  ...active.map((one): Command => {
    const credits = plans().unusedTime === "credited" && isLeft(one, { row, debits }, snapshot, paidUntil);
    return { do: "cancel", subscription: one.id, ...(credits && { credits }) };
  }),
];

/** A subscription, and when its current period ends. */
export type Period = { id: string; ends: readonly string[] };
type Known = Pick<Own, "debits"> & { row: Pick<Row, "disputes"> };

export const periodOf = ({ id, items }: StripeSubscription): Period => ({
  id,
  ends: items.map(({ periodEnd }) => periodEnd),
});

/** Returns whether something is left of the current period of a subscription, which its cancellation leaves unused. */
export const isLeft = (
  one: StripeSubscription,
  { row, debits }: Known,
  { invoices }: Snapshot,
  paidUntil?: string,
): boolean =>
  // threat: a period that a bank has not paid is credited
  isPaid(one) && !debits.get(one.id) && isPeriodPaid(periodOf(one), invoices, row, paidUntil);

/**
 * Returns whether what is left of the current period may be credited or returned: it was paid by an instant, nothing
 * after it, and none of it went back. Its oldest invoice charged it; later ones are for changes of seats, which may wait
 * for a card, or were dropped. Those that are paid by hand have changed the seats already.
 * @param period the subscription, and when its current period ends
 */
export function isPeriodPaid(
  period: Period,
  invoices: readonly StripeInvoice[],
  row: Pick<Row, "disputes">,
  paidUntil: string | undefined,
): boolean {
  const own = invoices.filter(({ lines }) => lines.some((line) => line.subscription === period.id));
  const first = own.findLast(({ lines }) => lines.some(({ periodEnd }) => period.ends.includes(periodEnd)));
  // threat: a period that nobody has paid is credited
  // threat: a period whose payment went back is credited as well
  if (first?.status !== "paid" || first.returned > 0 || isDisputed(row)) return false;
  // threat: seats that wait for the payment of their invoice are credited
  if (own.some(({ status, dueAt }) => status === "draft" || (status === "open" && dueAt !== undefined))) return false;
  // threat: a renewal of a deleted organization is returned and credited
  return !own.some((one) => isPaidAfter(one, paidUntil));
}

export const cancellations = (some: readonly StripeSubscription[]): Command[] =>
  some.map(({ id }) => ({ do: "cancel", subscription: id }));

/** Returns whether Stripe has refused to cancel a subscription that is still active. */
export const isKept = (one: StripeSubscription, answers: Answers): boolean =>
  // threat: a subscription that Stripe refuses to cancel is said to be canceled
  // threat: a subscription that has ended is said to be refused
  isLive(one) && answers.get(`cancel ${one.id}`)?.is === "refused";

/** A trial is no proof of payment. */
export const isPaid = ({ status }: Pick<StripeSubscription, "status">): boolean => status === "active";

// threat: a subscription that was never paid wins over one that is past due
const orderOfPayment = (one: StripeSubscription) => (isPaid(one) ? 0 : one.status === "incomplete" ? 2 : 1);
const orderOf = ({ createdAt, id }: StripeSubscription) => `${createdAt}#${id}`;
