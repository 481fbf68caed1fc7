import * as v from "valibot";
import { dayMs } from "../base/duration.ts";
import { Integer } from "../base/shape.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { isPaidAfter } from "./debit.ts";
import { BillingDuplicateCanceled, BillingDuplicateRefunded, BillingPaymentUnused } from "./events.ts";
import type { Decision, Facts } from "./facts.ts";
import { invoiceIn, invoicesFor, type Snapshot } from "./observe.ts";
import { type Duplicate, isSame, type Row } from "./row.ts";

// Payments that buy nothing: for a second subscription, for one that had ended, or for a change that was dropped.

/** It stays until the payment is refunded. */
export const duplicatePaid = "duplicate_paid";
/** The same for a payment that came after its subscription had ended. */
export const latePaid = "paid_after_end";
/** It stays until the bank has refused the payment, or an operator has refunded it. */
export const changeDropped = "change_dropped";

/** Payments that are older were seen by somebody else. */
const lateDays = 90;

// Shapes

export const UnusedPayment = v.object({
  /** The id of the invoice that was paid. */
  invoice: v.string(),
  /** The amount, in the smallest unit of the currency, such as cents. */
  amount: Integer,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** Paid after the subscription had ended, for a second subscription, or for a change that was dropped. */
  reason: v.picklist(["ended", "second", "dropped"]),
});

// Functions

/** Returns the payments that a bank has made, which can be refunded. */
export function refundable({ duplicates = [] }: Pick<Row, "duplicates">): Duplicate[] {
  return duplicates.filter(({ isProcessing }) => !isProcessing);
}

/** Returns why payments need attention: there are some to refund, and there may be for a change that was dropped. */
export function whysOf({ duplicates = [] }: Pick<Row, "duplicates">): string[] {
  // threat: operators are not told that a bank may pay for a dropped change
  const found = duplicates.filter((one) => !one.isProcessing || one.operation !== undefined).map(whyOf);
  return [duplicatePaid, latePaid, changeDropped].filter((why) => found.includes(why));
}

/** Returns why a payment bought nothing. */
export const whyOf = ({ operation, isLate }: Duplicate): string =>
  operation !== undefined ? changeDropped : isLate ? latePaid : duplicatePaid;

/** Returns the payment of a duplicate, as events and operators see it. */
export const paymentOf = ({ invoice, amount, currency }: Duplicate) => ({ invoice, amount, currency });

/** Returns whether the subscription of a payment may still be active: it is reported once that has ended. */
export const isActive = ({ operation, isLate, isUnreported }: Duplicate): boolean =>
  operation === undefined && !isLate && isUnreported === true;

/** Returns the payments that can be refunded, as owners and admins see them. */
export function unusedOf(row: Row): v.InferOutput<typeof UnusedPayment>[] | undefined {
  // threat: an owner reclaims a payment and keeps its seats
  const all = refundable(row).filter((one) => !isActive(one));
  const found = all.map(({ operation, isLate, ...one }) => {
    const reason = operation !== undefined ? ("dropped" as const) : isLate ? ("ended" as const) : ("second" as const);
    return { ...paymentOf(one), reason };
  });
  return found.length > 0 ? found : undefined;
}

/**
 * Returns what has become of payments since: one that a bank has refused is dropped, and so is one whose subscription is
 * kept after all, or that was returned at Stripe, with its event.
 */
export function answered({ organization, row, snapshot, winner, actor }: Facts): Decision | undefined {
  const { duplicates = [], refunded = [], ...rest } = row;
  const returned: Duplicate[] = [];
  const next = duplicates.flatMap((one) => {
    // threat: an owner reclaims what a subscription was bought with
    if (isActive(one) && one.subscription === winner?.id) return [];
    const invoice = invoiceIn(snapshot, one.invoice);
    if (!invoice || invoice.isProcessing) return one;
    // threat: a payment that was returned at Stripe is offered to be returned
    if (!one.isProcessing && invoice.returned >= one.amount) {
      returned.push(one);
      return [];
    }
    // threat: a payment that a bank has refused is one to return
    if (!one.isProcessing) return one;
    return invoice.status === "paid" ? asPaid(one) : [];
  });
  if (isSame(next, duplicates)) return;
  const known = [...refunded, ...returned.map(({ invoice }) => invoice)];
  // threat: a payment is returned, and no event says so
  const events = returned.map((one) =>
    BillingDuplicateRefunded.record(organization, { ...paymentOf(one), to: one.returning ?? "elsewhere" }, actor),
  );
  const left = { ...(known.length > 0 && { refunded: known }), ...(next.length > 0 && { duplicates: next }) };
  return { write: { next: { ...rest, ...left }, steps: events } };
}

const asPaid = ({ isProcessing: _, ...one }: Duplicate): Duplicate => one;

/** Returns the row with the time until which the recorded subscription was kept, if another one is kept beside it now. */
export function replacing({ row, snapshot, winner }: Facts): Decision | undefined {
  const { replaced, ...rest } = row;
  const recorded = snapshot.subscriptions.find(({ id }) => id === row.mirror?.subscription);
  if (!winner || !recorded) return;
  const isKnown = replaced?.subscription === recorded.id;
  // threat: what a subscription has bought since it is kept again is one to return
  if (recorded.id === winner.id) return isKnown ? { write: { next: rest, steps: [] } } : undefined;
  const isBefore = recorded.endedAt !== undefined && recorded.endedAt <= winner.createdAt;
  if (isKnown || isBefore) return;
  const next = { ...rest, replaced: { subscription: recorded.id, until: snapshot.at } };
  return { write: { next, steps: [] } };
}

/**
 * Returns what was paid for subscriptions that are to be canceled, since they were beside the one that is kept: it is
 * recorded before, so that it is known even if this stops in between. What was refunded stays paid at Stripe.
 */
export function unrecorded({ row, snapshot, winner, others, ended }: Facts): Decision | undefined {
  if (!winner) return;
  const { duplicates: known = [], refunded = [], replaced } = row;
  const since = earliestOf(snapshot);
  // threat: a refunded payment is recorded and refunded again
  const seen = [...refunded, ...known.map(({ invoice }) => invoice)];
  // threat: what is paid for a second subscription just before it is canceled is forgotten
  const canceled = ended.filter(({ endedAt = "" }) => endedAt > winner.createdAt);
  const paid = [...others, ...canceled].flatMap(({ id: subscription, latestInvoice, endedAt }) => {
    const isEarlier = ({ id, lines, createdAt }: StripeInvoice) =>
      id !== latestInvoice && createdAt >= winner.createdAt && lines.some((line) => line.subscription === subscription);
    const keptUntil = subscription === replaced?.subscription ? replaced.until : "";
    // threat: payments for a second subscription are forgotten once it has renewed
    // threat: an earlier payment that a bank processes for a second subscription is missed
    return [...snapshot.invoices.filter(isEarlier).toReversed(), invoiceIn(snapshot, latestInvoice)].flatMap(
      (invoice): Duplicate[] =>
        !invoice ||
        !isPayment(invoice) ||
        seen.includes(invoice.id) ||
        !isBeside(invoice, winner, { endedAt, keptUntil, since })
          ? []
          : [{ ...duplicateOf(subscription, invoice), isUnreported: true }],
    );
  });
  return paid.length > 0 ? { write: { next: { ...row, duplicates: [...known, ...paid] }, steps: [] } } : undefined;
}

type Times = { endedAt: string | undefined; keptUntil: string; since: string };

/** Returns whether an invoice was paid while another subscription was kept. */
function isBeside({ paidAt }: StripeInvoice, { createdAt }: StripeSubscription, times: Times): boolean {
  const { endedAt, keptUntil, since } = times;
  // threat: what was paid for a subscription while it was kept is one to return
  if (paidAt !== undefined && paidAt <= keptUntil) return false;
  if (endedAt === undefined) return true;
  // threat: what a replaced subscription had paid before is one to return
  return paidAt !== undefined && paidAt >= createdAt && paidAt <= endedAt && paidAt > since;
}

// threat: a payment of years ago is returned
const earliestOf = ({ at }: Snapshot): string => new Date(Date.parse(at) - lateDays * dayMs).toISOString();

/** Returns the event of second subscriptions that have ended, with their payments: once, and not while one is active. */
export function report({ organization, row, active, winner, answers, isDeleted, actor }: Facts): Decision | undefined {
  const canceled = [...answers].flatMap(([name, { command, is }]) =>
    !isDeleted && command.do === "cancel" ? [{ name, id: command.subscription, isDone: is === "done" }] : [],
  );
  // threat: a paid subscription that Stripe refuses to cancel is said to be canceled
  // threat: a second subscription that is kept after all is said to be canceled
  const hasEnded = (subscription: string) =>
    !active.some(({ id }) => id === subscription) || canceled.some(({ id, isDone }) => isDone && id === subscription);
  const made = refundable(row).filter(({ isLate }) => !isLate);
  const paid = made.filter(
    // threat: owners are not told that a dropped change was paid
    ({ subscription, operation, isUnreported }) => isUnreported && (operation !== undefined || hasEnded(subscription)),
  );
  const noted = subscriptionsOf(made);
  const ended = canceled.filter(({ id }) => hasEnded(id));
  const unpaid = ended.map(({ id }) => id).filter((id) => !noted.includes(id));
  const all = [...new Set(subscriptionsOf(paid)), ...unpaid];
  if (all.length === 0 && paid.length === 0) return;
  const payments = paid.length > 0 ? { paid: paid.map(paymentOf) } : {};
  const event = BillingDuplicateCanceled.record(organization, { kept: winner?.id, canceled: all, ...payments }, actor);
  return { write: { ...reporting(row, paid), steps: [event] }, taken: ended.map(({ name }) => name) };
}

/** Returns the event of payments that came too late. */
export function reportLate({ organization, row, actor }: Facts): Decision | undefined {
  const paid = refundable(row).filter(({ isLate, isUnreported }) => isLate && isUnreported);
  if (paid.length === 0) return;
  const event = BillingPaymentUnused.record(organization, { paid: paid.map(paymentOf) }, actor);
  return { write: { ...reporting(row, paid), steps: [event] } };
}

/** Returns the row in which payments are reported. */
function reporting(row: Row, paid: readonly Duplicate[]): { next?: Row } {
  // threat: owners are told again and again that a subscription was canceled
  const duplicates = row.duplicates?.map((one) => (paid.includes(one) ? reported(one) : one));
  return paid.length > 0 && duplicates ? { next: { ...row, duplicates } } : {};
}

/** A change that was dropped ends no subscription. */
const subscriptionsOf = (payments: readonly Duplicate[]): string[] =>
  // threat: a dropped change hides that a second subscription was canceled
  payments.filter(({ operation }) => operation === undefined).map(({ subscription }) => subscription);

const reported = ({ isUnreported: _, ...one }: Duplicate): Duplicate => one;

/**
 * Returns the payments that bought nothing because their subscription, or its organization, had ended before: an invoice
 * that stayed open was paid, or a bank answers, or still processes, what another subscription has replaced since. What was
 * for seats until the end is due.
 * @param deletedAt if the organization is deleted
 */
export function lateOf(row: Row, { ended, active, debits, snapshot }: Subscriptions, deletedAt?: string): Duplicate[] {
  const since = earliestOf(snapshot);
  // threat: what is paid while an organization is deleted is forgotten
  const all = deletedAt === undefined ? ended : [...active, ...ended];
  return all.flatMap(({ id, endedAt: ownEnd = deletedAt }) => {
    const endedAt = deletedAt !== undefined && ownEnd !== undefined && deletedAt < ownEnd ? deletedAt : ownEnd;
    const debit = debits.get(id);
    return invoicesFor(snapshot, id).flatMap((invoice): Duplicate[] => {
      // threat: a bank's payment after the end of a first subscription is never returned
      const isExpected = invoice.id === debit?.invoice && !debit.isLate;
      // threat: a payment in time is returned because it is seen late
      const isLate = invoice.isProcessing || (isPaidAfter(invoice, endedAt) && (invoice.paidAt ?? "") > since);
      if (isExpected || !isLate || isRecorded(row, invoice.id) || isDue(invoice, endedAt)) return [];
      if (!isPayment(invoice)) return [];
      // threat: owners are not told of a payment that came too late
      return [{ ...duplicateOf(id, invoice), isLate: true, isUnreported: true }];
    });
  });
}

type Subscriptions = Pick<Facts, "ended" | "active" | "debits" | "snapshot">;

/** Returns whether an invoice is for seats until their subscription ended, all of whose lines are read or are its last. */
const isDue = ({ createdAt, lines, hasMore }: StripeInvoice, endedAt: string | undefined): boolean =>
  endedAt !== undefined &&
  // threat: a renewal of many lines that came too late is never returned
  (!hasMore || createdAt >= endedAt) &&
  // threat: the last invoice of a subscription that has ended is one to return
  lines.every(({ periodEnd }) => periodEnd <= endedAt);

/** Returns what is to be recorded of payments that bought nothing. */
export function late({ organizationRow, isDeleted, row, ...own }: Facts): Decision | undefined {
  const found = lateOf(row, own, isDeleted ? organizationRow.deletedAt : undefined);
  if (found.length === 0) return;
  return { write: { next: { ...row, duplicates: [...(row.duplicates ?? []), ...found] }, steps: [] } };
}

/** Returns whether a payment is recorded as one to return, or has been returned. */
const isRecorded = ({ duplicates = [], refunded = [] }: Row, invoice: string): boolean =>
  refunded.includes(invoice) || duplicates.some((one) => one.invoice === invoice);

/** Returns whether an invoice was paid, or will be if its bank does not refuse, and was not returned. */
export const isPayment = (one: StripeInvoice): boolean =>
  // threat: a bank's payment for a canceled subscription is never returned
  // threat: what was written off is one to return
  // threat: a payment that was returned at Stripe is one to return
  (one.isProcessing || one.status === "paid") && paidFor(one).amount > one.returned;

export function duplicateOf(subscription: string, one: StripeInvoice): Duplicate {
  const { id: invoice, isProcessing, currency } = one;
  return { subscription, invoice, ...paidFor(one), currency, ...(isProcessing && { isProcessing: true as const }) };
}

/**
 * Returns what was paid for what an invoice is for. A debt on the customer's balance that was paid with it is of earlier
 * invoices, so it is not returned; Stripe credits no more than the total.
 */
export function paidFor({
  isProcessing,
  total,
  due,
  charged,
  used,
}: StripeInvoice): Pick<Duplicate, "amount" | "byCard"> {
  const byMethod = isProcessing ? due : charged;
  // threat: Stripe refuses to return a payment that has paid a debt as well
  const amount = Math.min(byMethod + used, total);
  return { amount, byCard: Math.min(byMethod, amount) };
}
