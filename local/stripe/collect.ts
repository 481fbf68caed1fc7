import type Stripe from "stripe";
import { type Account, change, emit, mergedMetadata, timeOf } from "./account.ts";
import { unchargeable } from "./amount.ts";
import * as Card from "./card.ts";
import * as Customer from "./customer.ts";
import { begin, processing, take } from "./debit.ts";
import * as Dispute from "./dispute.ts";
import * as Invoice from "./invoice.ts";
import { invalid } from "./refusal.ts";
import type * as Wire from "./wire.ts";

type How = {
  /** Another card than the default one. */
  method?: string | undefined;
  /** The holder of the card has confirmed. */
  confirmed?: boolean;
};

/** Returns whether an amount would be paid, without paying it. */
export function outcomeOf(account: Account, subscription: Wire.Subscription, due: number, how: How = {}): Card.Outcome {
  if (due === 0) return { paid: true };
  const error = unchargeable(due, subscription.currency);
  if (error) return { paid: false, action: false, error };
  const method = how.method ?? Card.defaultOf(Customer.get(account, subscription.customer), subscription);
  return method ? Card.pay(account, method, how) : { paid: false, action: false, error: noMethod() };
}

/** Tries to collect the amount due of an open invoice, and updates its subscription. */
export function collect(account: Account, invoice: Wire.Invoice, how: How = {}): Card.Outcome {
  const subscription = Invoice.subscriptionOf(account, invoice);
  if (!subscription) throw invalid("The invoice has no subscription.");
  if (account.state.debits.has(invoice.id)) throw processing();
  const outcome = outcomeOf(account, subscription, invoice.amount_due, how);
  const method = how.method ?? Card.defaultOf(Customer.get(account, subscription.customer), subscription) ?? "";
  if (outcome.processing) {
    begin(account, invoice, method);
    onSubmitted(account, subscription);
  } else if (outcome.paid) {
    Invoice.markPaid(account, invoice);
    onPaid(account, invoice, subscription);
    const { disputes } = account.state.cards.get(method) ?? {};
    const isCharged = disputes !== undefined && invoice.amount_paid > 0;
    if (isCharged) Dispute.open(account, invoice.id, { isInquiry: disputes === "inquiry" });
  } else {
    Invoice.fail(account, invoice, outcome);
    onFailed(account, invoice, subscription);
  }
  return outcome;
}

/** Returns whether invoices are sent, to be paid by hand. */
export const isSent = ({ collection_method }: Pick<Wire.Subscription | Wire.Invoice, "collection_method">): boolean =>
  collection_method === "send_invoice";

/**
 * Collects an invoice as Stripe does by itself. One that is sent stays open until somebody pays it:
 * https://docs.stripe.com/billing/collection-method
 */
export function advance(account: Account, invoice: Wire.Invoice, how: How = {}): void {
  // threat: Stripe's stand-in charges a card for an invoice that is sent
  if (!isSent(invoice) || (invoice.status === "open" && invoice.amount_due === 0)) collect(account, invoice, how);
  else if (invoice.status === "open") emit(account, "invoice.sent", invoice);
}

/** Finalizes a draft, and collects it if it `auto_advance`s. */
export function finalizeInvoice(account: Account, params: Stripe.InvoiceFinalizeInvoiceParams, id: string) {
  const invoice = Invoice.get(account, id);
  if (invoice.status !== "draft") {
    const message = "This invoice is already finalized, you can't re-finalize a non-draft invoice.";
    throw invalid(message, { code: "invoice_not_editable" });
  }
  Invoice.finalize(account, invoice);
  if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance;
  if (invoice.auto_advance || invoice.amount_due === 0) advance(account, invoice);
  return invoice;
}

/** A sent invoice is not paid in time: https://docs.stripe.com/api/subscriptions/object#subscription_object-status */
export function fallDue(account: Account, invoice: Wire.Invoice): void {
  account.state.overdue.set(invoice.id, true);
  const subscription = Invoice.subscriptionOf(account, invoice);
  if (subscription?.status !== "active") return;
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.status = "past_due";
  });
}

/** The bank's answer to a debit, some days after it was submitted. */
export function endDebit(account: Account, invoice: Wire.Invoice): void {
  const subscription = Invoice.subscriptionOf(account, invoice);
  const { isPaid, isDropped } = take(account, invoice);
  if (!subscription) return;
  if (isPaid) {
    Invoice.markPaid(account, invoice);
    onPaid(account, invoice, subscription);
  } else {
    Invoice.fail(account, invoice, { action: false });
    if (isDropped) Invoice.voidIt(account, invoice);
    else onFailed(account, invoice, subscription);
  }
  const session = [...account.state.sessions.values()].find((one) => one.invoice === invoice.id);
  if (!session) return;
  if (isPaid) session.payment_status = "paid";
  emit(account, `checkout.session.async_payment_${isPaid ? "succeeded" : "failed"}`, session);
}

/** Pays an open invoice. */
export function pay(account: Account, params: Stripe.InvoicePayParams, id: string): Wire.Invoice {
  const invoice = Invoice.get(account, id);
  if (invoice.status === "draft") Invoice.finalize(account, invoice);
  if (invoice.status === "paid") throw invalid("Invoice is already paid", { code: "invoice_already_paid" });
  if (!isUnpaid(invoice)) throw invalid(`You cannot pay an invoice that is ${invoice.status}.`);
  const { payment_method } = params;
  const customer = invoice.customer ?? "";
  const method = payment_method && Card.owned(account, payment_method, customer, "payment_method");
  const outcome = collect(account, invoice, method ? { method } : {});
  if (!outcome.paid && !outcome.processing) throw outcome.error;
  return invoice;
}

export function voidInvoice(account: Account, _params: object, id: string): Wire.Invoice {
  const invoice = Invoice.get(account, id);
  if (account.state.debits.has(id)) throw processing();
  if (!isUnpaid(invoice)) throw invalid(`You can only void an open invoice; this one is ${invoice.status}.`);
  const subscription = Invoice.subscriptionOf(account, invoice);
  if (subscription?.pending_update && subscription.latest_invoice === id) {
    dropPending(account, subscription, { expired: false });
  } else Invoice.voidIt(account, invoice);
  if (subscription) recover(account, subscription, invoice);
  return invoice;
}

export function markUncollectible(account: Account, _params: object, id: string): Wire.Invoice {
  const invoice = Invoice.get(account, id);
  if (invoice.status !== "open") throw invalid(`You can only mark an open invoice; this one is ${invoice.status}.`);
  Invoice.giveUp(account, invoice);
  const subscription = Invoice.subscriptionOf(account, invoice);
  if (subscription) recover(account, subscription, invoice);
  return invoice;
}

/** https://docs.stripe.com/invoicing/integration/workflow-transitions */
const isUnpaid = ({ status }: Wire.Invoice): boolean => status === "open" || status === "uncollectible";

/** A sent invoice that is given up is not overdue anymore. */
function recover(account: Account, subscription: Wire.Subscription, invoice: Wire.Invoice): void {
  if (!isSent(invoice) || subscription.status !== "past_due" || isOwing(account, subscription)) return;
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.status = "active";
  });
}

/** Of sent invoices only those that are overdue count. */
const isOwing = (account: Account, subscription: Wire.Subscription): boolean =>
  openInvoicesOf(account, subscription).some((one) => !isSent(one) || account.state.overdue.has(one.id));

/** Makes the change that waited for the payment. */
function onPaid(account: Account, invoice: Wire.Invoice, subscription: Wire.Subscription): void {
  const isLatest = subscription.latest_invoice === invoice.id;
  if (isLatest && subscription.pending_update) applyPending(account, subscription);
  change(account, "customer.subscription.updated", subscription, (one) => {
    if (one.status === "incomplete") {
      one.status = one.trial_end && one.trial_end > invoice.created ? "trialing" : "active";
    }
    const isOwed = one.status === "past_due" || one.status === "unpaid";
    if (isOwed && (isLatest || !isOwing(account, subscription))) one.status = "active";
  });
}

/**
 * https://docs.stripe.com/api/subscriptions/create: with a mandate for a debit, a subscription is active as soon as its
 * first payment is confirmed, which is days before the bank answers.
 */
function onSubmitted(account: Account, subscription: Wire.Subscription): void {
  if (subscription.status !== "incomplete") return;
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.status = "active";
  });
}

function onFailed(account: Account, invoice: Wire.Invoice, subscription: Wire.Subscription): void {
  if (subscription.pending_update && subscription.latest_invoice === invoice.id) return;
  // somebody tried to pay it before it is due
  if (isSent(invoice)) return;
  if (subscription.status === "active") {
    change(account, "customer.subscription.updated", subscription, (one) => {
      one.status = "past_due";
    });
  }
  const exhausted = invoice.billing_reason === "subscription_cycle" && invoice.next_payment_attempt === null;
  if (subscription.status !== "past_due" || !exhausted) return;
  if (account.dunning.outcome === "canceled") end(account, subscription, "payment_failed");
  if (account.dunning.outcome === "unpaid") {
    change(account, "customer.subscription.updated", subscription, (one) => {
      one.status = "unpaid";
    });
  }
}

/** Ends a subscription now; nothing of it is collected anymore. What waits for an invoice is dropped, unless it stays. */
export function end(account: Account, subscription: Wire.Subscription, reason: string, { keeps = false } = {}): void {
  const at = timeOf(account, subscription.customer);
  for (const [id, item] of account.state.pendingItems) {
    if (!keeps && item.subscription === subscription.id) account.state.pendingItems.delete(id);
  }
  for (const invoice of openInvoicesOf(account, subscription)) {
    change(account, "invoice.updated", invoice, (one) => {
      one.auto_advance = false;
      one.next_payment_attempt = null;
      one.automatically_finalizes_at = null;
    });
  }
  change(account, "customer.subscription.deleted", subscription, (one) => {
    one.status = "canceled";
    one.canceled_at ??= at;
    one.ended_at = at;
    one.pending_update = null;
    one.cancellation_details = {
      comment: one.cancellation_details?.comment ?? null,
      feedback: one.cancellation_details?.feedback ?? null,
      feedback_option: null,
      reason,
    };
  });
}

/** Drops an update that was not paid in time, and its invoice, unless a bank still processes its payment. */
export function dropPending(
  account: Account,
  subscription: Wire.Subscription,
  { expired }: { expired: boolean },
): void {
  const invoice = account.state.invoices.get(subscription.latest_invoice ?? "");
  const debit = account.state.debits.get(invoice?.id ?? "");
  if (debit) debit.isDropped = true;
  else if (invoice?.status === "open") Invoice.voidIt(account, invoice);
  const type = expired ? "customer.subscription.pending_update_expired" : "customer.subscription.updated";
  change(account, type, subscription, (one) => {
    one.pending_update = null;
  });
}

function applyPending(account: Account, subscription: Wire.Subscription): void {
  change(account, "customer.subscription.pending_update_applied", subscription, (one) => {
    const { subscription_items, metadata, billing_cycle_anchor } = one.pending_update ?? {};
    if (subscription_items) one.items.data = subscription_items;
    if (metadata) one.metadata = mergedMetadata(one.metadata, metadata);
    if (billing_cycle_anchor) one.billing_cycle_anchor = billing_cycle_anchor;
    one.pending_update = null;
  });
}

function openInvoicesOf({ state }: Account, { id }: Wire.Subscription): Wire.Invoice[] {
  return [...state.invoices.values()].filter(
    ({ status, parent }) =>
      (status === "open" || status === "draft") && parent?.subscription_details?.subscription === id,
  );
}

const noMethod = () =>
  invalid("This customer has no attached payment source or default payment method.", { code: "resource_missing" });
