import type StripeLibrary from "stripe";
import type {
  StripeDispute,
  StripeInvoice,
  StripeLine,
  StripeRefund,
  StripeUpcoming,
} from "../kernel/stripe-invoice.ts";
import type {
  StripeCheckout,
  StripeDiscount,
  StripeMethod,
  StripePromotion,
  StripeSubscription,
} from "../kernel/stripe-port.ts";

// What Stripe's library returns, in the terms of the port.

export function subscriptionOf(one: StripeLibrary.Subscription): StripeSubscription {
  const { pending_update: pending } = one;
  return {
    id: one.id,
    customer: idOf(one.customer) ?? "",
    isCustomerDeleted: typeof one.customer === "object" && one.customer.deleted === true,
    organization: one.metadata.organizationId,
    items: one.items.data.map((item) => ({
      id: item.id,
      price: item.price.id,
      quantity: item.quantity ?? 0,
      periodStart: instantOf(item.current_period_start),
      periodEnd: instantOf(item.current_period_end),
    })),
    status: one.status,
    createdAt: instantOf(one.created),
    endedAt: one.ended_at === null ? undefined : instantOf(one.ended_at),
    endsWithPeriod: one.cancel_at_period_end,
    cancelAt: one.cancel_at === null ? undefined : instantOf(one.cancel_at),
    trialEnd: one.trial_end === null ? undefined : instantOf(one.trial_end),
    discounts: one.discounts.flatMap((discount) => (typeof discount === "object" ? [discountOf(discount)] : [])),
    ...methodsOf(one),
    daysUntilDue: one.collection_method === "send_invoice" ? (one.days_until_due ?? 0) : undefined,
    buyer: one.metadata.buyer,
    op: one.metadata.seat_op,
    pending: pending ? { op: pending.metadata?.seat_op, until: instantOf(pending.expires_at) } : undefined,
    latestInvoice: idOf(one.latest_invoice),
  };
}

/**
 * A checkout sets the subscription's own, and the portal the customer's, which Stripe charges only where there is no own:
 * https://docs.stripe.com/billing/subscriptions/payment-methods-setting
 */
function methodsOf({ default_payment_method: ownFound, customer }: StripeLibrary.Subscription) {
  const isThere = typeof customer === "object" && !customer.deleted;
  const own = objectOf(ownFound);
  const usual = objectOf(isThere ? customer.invoice_settings.default_payment_method : null);
  // threat: a card that was replaced is charged
  const newer = own && usual ? (own.created < usual.created ? usual : own) : (own ?? usual);
  return { method: newer && { ...methodOf(newer), id: newer.id }, ownMethod: own?.id, usualMethod: usual?.id };
}

const objectOf = (found: string | StripeLibrary.PaymentMethod | null) =>
  typeof found === "string" ? undefined : (found ?? undefined);

function methodOf(method: StripeLibrary.PaymentMethod): StripeMethod {
  const { type, card, us_bank_account: account, sepa_debit: debit, bacs_debit: british } = method;
  const bank = account ?? debit ?? british;
  return {
    type,
    issuer: card?.brand ?? account?.bank_name ?? undefined,
    last4: card?.last4 ?? bank?.last4 ?? undefined,
    expires: card ? `${card.exp_year}-${String(card.exp_month).padStart(2, "0")}` : undefined,
  };
}

function discountOf({ promotion_code: promotion, source, end }: StripeLibrary.Discount): StripeDiscount {
  const coupon = typeof source.coupon === "object" ? source.coupon : undefined;
  const { name, percent_off, amount_off, currency, duration } = coupon ?? {};
  return {
    name: (typeof promotion === "object" ? promotion?.code : undefined) ?? name ?? undefined,
    percent: percent_off ?? undefined,
    amount: amount_off ?? undefined,
    currency: currency ?? undefined,
    endsAt: end === null ? undefined : instantOf(end),
    once: duration === "once" || undefined,
  };
}

export const checkoutOf = (one: StripeLibrary.Checkout.Session): StripeCheckout => ({
  id: one.id,
  isOpen: one.status === "open",
  customer: idOf(one.customer),
  subscription: idOf(one.subscription),
  name: one.metadata?.name,
  url: one.url ?? undefined,
});

export function promotionOf({ id, active, promotion, ...one }: StripeLibrary.PromotionCode): StripePromotion {
  const coupon = typeof promotion.coupon === "object" ? promotion.coupon : null;
  const ends = [one.expires_at, coupon?.redeem_by ?? null].filter((end) => end !== null);
  const used = [one, ...(coupon ? [coupon] : [])];
  return {
    id,
    isActive: active,
    endsAt: ends.length > 0 ? instantOf(Math.min(...ends)) : undefined,
    isUsedUp: used.some(({ max_redemptions: max, times_redeemed }) => max !== null && times_redeemed >= max),
  };
}

export const invoiceOf = (one: StripeLibrary.Invoice): StripeInvoice => ({
  id: one.id ?? "",
  number: one.number ?? undefined,
  createdAt: instantOf(one.created),
  lines: one.lines.data.map(lineOf),
  hasMore: one.lines.has_more,
  status: one.status ?? "draft",
  isAttempted: one.attempted,
  isProcessing: (one.payments?.data ?? []).some(isProcessing),
  total: one.total,
  tax: sumOf(one.total_taxes ?? []),
  balance: one.starting_balance,
  due: one.amount_due,
  charged: one.amount_paid - (one.amount_paid_off_stripe ?? 0),
  used: Math.max(0, (one.ending_balance ?? one.starting_balance) - one.starting_balance),
  returned: one.post_payment_credit_notes_amount,
  currency: one.currency,
  paidAt: one.status_transitions.paid_at === null ? undefined : instantOf(one.status_transitions.paid_at),
  retryAt: one.next_payment_attempt === null ? undefined : instantOf(one.next_payment_attempt),
  dueAt: one.due_date === null ? undefined : instantOf(one.due_date),
  pdfUrl: one.invoice_pdf ?? undefined,
  pageUrl: one.hosted_invoice_url ?? undefined,
});

/**
 * Stripe charges a renewal an hour after its period has ended, and a preview says when: never if invoices are sent to
 * be paid by hand, or if collection has stopped. Stripe's `subtotal` may lack discounts of items, so it is not used.
 */
export const upcomingOf = (one: StripeLibrary.Invoice): StripeUpcoming => ({
  // threat: an upcoming invoice is dated to the end of its period, and charged an hour later
  chargedAt: one.next_payment_attempt === null ? undefined : instantOf(one.next_payment_attempt),
  lines: one.lines.data.map(lineOf),
  hasMore: one.lines.has_more,
  discount: sumOf(one.total_discount_amounts ?? []),
  tax: addedOf(one.total_taxes),
  total: one.total,
  balance: one.starting_balance,
  due: one.amount_due,
  currency: one.currency,
});

/** The part of a credit note that went to the balance: what went to the card is a refund, and the rest was never paid. */
export const creditOf = ({ post_payment_amount: amount, refunds }: StripeLibrary.CreditNote): StripeRefund => ({
  amount: refunds.reduce((left, { amount_refunded }) => left - amount_refunded, amount),
  to: "balance",
});

/** Returns the charge of a payment, as far as it was made by a card or a bank. */
export function chargeOf({ payment: { payment_intent: intent } }: StripeLibrary.InvoicePayment) {
  const charge = typeof intent === "object" ? intent.latest_charge : null;
  return typeof charge === "string" ? undefined : (charge ?? undefined);
}

/** Returns what a charge has returned: what was refunded, and the amounts of disputes that are open or lost. */
export function refundOf(
  { amount, amount_refunded: refunded }: Pick<StripeLibrary.Charge, "amount" | "amount_refunded">,
  disputes: readonly Pick<StripeDispute, "amount" | "state">[],
): StripeRefund {
  // threat: a payment whose dispute was won is never returned
  const taken = disputes.filter(({ state }) => state === "open" || state === "lost");
  // threat: what a dispute took back is returned once more
  const returned = { amount: Math.min(amount, refunded + sumOf(taken)), to: "card" as const };
  return taken.some(({ state }) => state === "open") ? { ...returned, isDisputed: true } : returned;
}

export function lineOf(one: StripeLibrary.InvoiceLineItem): StripeLine {
  const { invoice_item_details: item, subscription_item_details: seats } = one.parent ?? {};
  return {
    id: one.id,
    description: one.description ?? undefined,
    amount: one.amount,
    discount: sumOf(one.discount_amounts ?? []),
    tax: addedOf(one.taxes),
    quantity: one.quantity ?? undefined,
    price: idOf(one.pricing?.price_details?.price),
    subscription: (item ?? seats)?.subscription ?? undefined,
    isProration: item?.proration === true || seats?.proration === true,
    periodStart: instantOf(one.period.start),
    periodEnd: instantOf(one.period.end),
  };
}

/** Returns a page in the terms of the port. Its last item begins the next one. */
export function pageOf<From extends { id?: string }, To>(
  { data, has_more }: { data: From[]; has_more: boolean },
  shape: (one: From) => To,
) {
  // threat: a page of Stripe's list begins with the end of the one before
  return { items: data.map(shape), next: has_more ? data.at(-1)?.id : undefined };
}

export const secondsOf = (iso: string) => Math.floor(Date.parse(iso) / 1000);

const isProcessing = ({ payment: { payment_intent: intent } }: StripeLibrary.InvoicePayment) =>
  typeof intent === "object" && intent.status === "processing";
/** An inclusive tax is part of the price. */
const addedOf = (taxes: readonly { amount: number; tax_behavior: string }[] | null) =>
  // threat: tax that a price includes is added to it
  sumOf((taxes ?? []).filter(({ tax_behavior }) => tax_behavior === "exclusive"));
const sumOf = (amounts: readonly { amount: number }[]) => amounts.reduce((sum, { amount }) => sum + amount, 0);
export const idOf = (named: string | { id?: string } | null | undefined) =>
  typeof named === "string" ? named : (named?.id ?? undefined);
export const instantOf = (seconds: number) => new Date(seconds * 1000).toISOString();
