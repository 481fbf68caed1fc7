import * as ID from "../base/id.ts";
import type { Actor } from "../kernel/actor.ts";
import { stripe, table } from "../kernel/ports.ts";
import { StripeError, type StripeInvoice, type StripeSubscription } from "../kernel/stripe-port.ts";
import { debitOf, hasPaidNothing } from "./debit.ts";
import { duplicateOf, isPayment, paidOf, withAnswers } from "./duplicate.ts";
import { BillingDuplicateCanceled } from "./events.ts";
import { isPaid } from "./paid.ts";
import { type Duplicate, isLive, paymentOf, type Row } from "./row.ts";
import { save } from "./save.ts";

// The subscriptions that Stripe has of an organization: there is one, and a deleted organization has none.

type Organization = ID.ID<"organization">;

// Functions

/**
 * Ends everything that Stripe has of an organization: open checkouts, then subscriptions. Can be repeated. The
 * organization's new state is written before, with `Dirty.mark`, so that anything this cannot reach ends later.
 * @returns whether no checkout can be paid anymore: Stripe may refuse to expire one
 * @throws StripeError
 */
export async function endAll(row: Row, organization: Organization): Promise<boolean> {
  // threat: a checkout of a deleted organization can still be paid
  const isUnpayable = await expireAll(row.customer);
  const found = ownOf(await stripe().subscriptionsOf(row.customer), row, organization);
  for (const { id } of found.filter(isLive)) await unlessRefused(stripe().cancel(id));
  return isUnpayable;
}

/** Expires open checkouts. Returns whether none is open. One that was just paid or has expired is refused too. */
export async function expireAll(customer: string): Promise<boolean> {
  const refused: string[] = [];
  for (const { id } of await stripe().openCheckouts(customer)) {
    if (!(await unlessRefused(stripe().expireCheckout(id)))) refused.push(id);
  }
  if (refused.length === 0) return true;
  const open = await stripe().openCheckouts(customer);
  // threat: a refused expiry of a checkout counts as done
  return !open.some(({ id }) => refused.includes(id));
}

/**
 * `isStuck`: another one is still active, because Stripe has refused to cancel it. `debits`: of those that were compared.
 * `other`: the organization that the customer has an active subscription for.
 */
type Only = {
  found: StripeSubscription | undefined;
  row: Row;
  isStuck: boolean;
  debits: Debits;
  other: Organization | undefined;
};
export type Debits = ReadonlyMap<string, Row["debit"]>;

/**
 * Returns the only subscription of an organization: one that is paid before one that is not, the recorded one before
 * others, the oldest first, one whose first payment is missing last. The others are canceled, and what they were paid is
 * recorded before, so that it is known even if this stops in between.
 */
export async function only(organization: Organization, row: Row, actor: Actor): Promise<Only> {
  const bought = await stripe().subscriptionsOf(row.customer);
  const all = ownOf(bought, row, organization);
  const recorded = row.mirror?.subscription;
  const active = all.filter(isLive);
  const debits = await debitsOf(active.length > 1 ? active : [], row);
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
  const live = active.toSorted((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1));
  const [winner] = live;
  const others = live.filter((one) => one !== winner);
  const known = await withAnswers(organization, row);
  // threat: a payment for a second subscription is forgotten when a process stops
  const noted = winner ? await notePaid(organization, known, { winner, others }) : known;
  // threat: a second subscription of an organization is paid forever
  const stuck = await cancelAll(row, organization, others);
  const next = await report(organization, noted, { kept: winner?.id, others, stuck, actor });
  const found = winner ?? all.find(({ id }) => id === recorded) ?? all[0];
  return { found, row: next, isStuck: stuck.length > 0, debits, other: otherOf(bought, all) };
}

/** Nobody's mistake is corrected here: either of the two may have paid. */
const otherOf = (bought: readonly StripeSubscription[], own: readonly StripeSubscription[]): Organization | undefined =>
  bought
    .filter((one) => isLive(one) && !own.includes(one))
    .map((one) => one.organization)
    .find((one) => ID.is("organization", one));

async function debitsOf(some: readonly StripeSubscription[], row: Row): Promise<Debits> {
  const debits = new Map<string, Row["debit"]>();
  for (const one of some) debits.set(one.id, await debitOf(one, row));
  return debits;
}

type Beside = { winner: StripeSubscription; others: readonly StripeSubscription[] };

/**
 * Records once what was paid for subscriptions that are to be canceled, since they were beside the one that is kept. What
 * was refunded stays paid at Stripe.
 */
async function notePaid(organization: Organization, row: Row, { winner, others }: Beside): Promise<Row> {
  if (others.length === 0) return row;
  const { duplicates: known = [], refunded = [] } = row;
  // threat: a refunded payment is recorded and refunded again
  const seen = [...refunded, ...known.map(({ invoice }) => invoice)];
  const paid: Duplicate[] = [];
  const { items } = await stripe().invoices(row.customer);
  for (const { id: subscription, latestInvoice } of others) {
    const isEarlier = ({ id, lines, createdAt }: StripeInvoice) =>
      id !== latestInvoice && createdAt >= winner.createdAt && lines.some((line) => line.subscription === subscription);
    const latest = latestInvoice === undefined ? [] : [await stripe().invoice(latestInvoice)];
    // threat: payments for a second subscription are forgotten once it has renewed
    for (const one of [...items.filter(isEarlier).toReversed(), ...latest]) {
      // a list does not say what a bank processes, which may be paid although the subscription is canceled
      // threat: an earlier payment that a bank processes for a second subscription is missed
      const invoice = one.status === "open" ? await stripe().invoice(one.id) : one;
      if (!isPayment(invoice) || seen.includes(invoice.id)) continue;
      paid.push({ ...duplicateOf(subscription, invoice), isUnreported: true });
    }
  }
  if (paid.length === 0) return row;
  const next = { ...row, duplicates: [...known, ...paid] };
  await table.write(save(organization, row, next));
  return { ...next, version: row.version + 1 };
}

type Canceled = {
  kept: string | undefined;
  others: readonly StripeSubscription[];
  stuck: readonly string[];
  actor: Actor;
};

/** Reports once what has ended, with its payments. One that is still active is reported when it ends. */
async function report(organization: Organization, row: Row, { kept, others, stuck, actor }: Canceled): Promise<Row> {
  const { duplicates: known = [] } = row;
  // threat: a paid subscription that Stripe refuses to cancel is said to be canceled
  // threat: a second subscription that is kept after all is said to be canceled
  const hasEnded = (id: string) => id !== kept && !stuck.includes(id);
  const made = paidOf({ duplicates: known });
  const paid = made.filter(
    // threat: owners are not told that a dropped change was paid
    ({ subscription, operation, isUnreported }) => isUnreported && (operation !== undefined || hasEnded(subscription)),
  );
  const noted = subscriptionsOf(made);
  const unpaid = others.map(({ id }) => id).filter((id) => hasEnded(id) && !noted.includes(id));
  const canceled = [...new Set(subscriptionsOf(paid)), ...unpaid];
  if (canceled.length === 0 && paid.length === 0) return row;
  const payments = paid.length > 0 ? { paid: paid.map(paymentOf) } : {};
  const event = BillingDuplicateCanceled.record(organization, { kept, canceled, ...payments }, actor);
  if (paid.length === 0) {
    await table.write(event);
    return row;
  }
  // threat: owners are told again and again that a subscription was canceled
  const duplicates = known.map((one) => (paid.includes(one) ? reported(one) : one));
  await table.write(save(organization, row, { ...row, duplicates }), event);
  return { ...row, duplicates, version: row.version + 1 };
}

/** A change that was dropped ends no subscription. */
const subscriptionsOf = (payments: readonly Duplicate[]): string[] =>
  // threat: a dropped change hides that a second subscription was canceled
  payments.filter(({ operation }) => operation === undefined).map(({ subscription }) => subscription);

const reported = ({ isUnreported: _, ...one }: Duplicate): Duplicate => one;

/** Cancels subscriptions. Returns those that Stripe has refused to cancel, and that have not ended, either. */
async function cancelAll(row: Row, organization: Organization, some: readonly StripeSubscription[]): Promise<string[]> {
  const refused: string[] = [];
  for (const { id } of some) {
    if (!(await unlessRefused(stripe().cancel(id)))) refused.push(id);
  }
  if (refused.length === 0) return [];
  const bought = await stripe().subscriptionsOf(row.customer);
  const live = ownOf(bought, row, organization)
    .filter(isLive)
    .map(({ id }) => id);
  // threat: a subscription that Stripe refuses to cancel is said to be canceled
  // threat: a subscription that has ended is said to be refused
  return refused.filter((id) => live.includes(id));
}

/** Returns the subscriptions of this organization. The customer's other purchases are ignored. */
const ownOf = (bought: readonly StripeSubscription[], row: Row, organization: Organization): StripeSubscription[] =>
  // threat: what a customer has for something else is canceled
  bought.filter((one) => isOwn(one, row, organization));

/** Returns whether a subscription is the recorded one, or labeled with the organization. */
export const isOwn = (one: StripeSubscription, { mirror }: Row, organization: Organization): boolean =>
  // threat: without its label a recorded subscription is nobody's
  one.id === mirror?.subscription || one.organization === organization;

/** Returns whether it was done. A subscription that has ended cannot be canceled again. */
async function unlessRefused(call: Promise<void>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    // threat: an outage is taken for a cancellation that is done
    // threat: a checkout that has ended keeps the subscription of a deleted organization alive
    if (!(error instanceof StripeError) || error.trouble !== "refused") throw error;
    return false;
  }
}

// threat: a subscription that was never paid wins over one that is past due
const orderOfPayment = (one: StripeSubscription) => (isPaid(one) ? 0 : one.status === "incomplete" ? 2 : 1);
const orderOf = ({ createdAt, id }: StripeSubscription) => `${createdAt}#${id}`;
