import { type Account, change, newId, timeOf } from "./account.ts";
import { creditOf, fullCharge, periodOf } from "./charge.ts";
import { advance, end, isSent } from "./collect.ts";
import { noteCharged } from "./credit.ts";
import * as Invoice from "./invoice.ts";
import { type Period, periodAt } from "./period.ts";
import { recurringOf } from "./product.ts";
import { couponAt } from "./promotion.ts";
import type { Charge } from "./state.ts";
import type * as Wire from "./wire.ts";

/** A new period begins: its invoice includes everything that waited. */
export function renew(account: Account, subscription: Wire.Subscription, { final = false } = {}): void {
  const now = timeOf(account, subscription.customer);
  const period = nextPeriod(subscription, now);
  const before = periodOf(subscription);
  const unpaid = subscription.status === "unpaid";
  change(account, "customer.subscription.updated", subscription, (one) => {
    if (one.status === "trialing") one.status = "active";
    for (const item of one.items.data) {
      item.current_period_start = period.start;
      item.current_period_end = period.end;
    }
  });
  const charges = [...takePending(account, subscription), ...chargesOf(subscription.items.data, period)];
  const invoice = bill(account, subscription, { charges, reason: "subscription_cycle", period: before, final });
  if (unpaid) invoice.automatically_finalizes_at = null;
  if (final) advance(account, invoice);
}

/** The trial ends now, and what follows is paid now. */
export function endTrial(account: Account, subscription: Wire.Subscription): void {
  const now = timeOf(account, subscription.customer);
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.trial_end = now;
    one.billing_cycle_anchor = now;
  });
  renew(account, subscription, { final: true });
}

/**
 * Ends it at the time that was set: a last invoice collects, or credits, what waited.
 * https://docs.stripe.com/api/subscriptions/cancel
 */
export function endAsScheduled(account: Account, subscription: Wire.Subscription): void {
  const charges = takePending(account, subscription);
  end(account, subscription, "cancellation_requested");
  // threat: what waits for an invoice vanishes when a subscription ends at Stripe's stand-in
  if (charges.length === 0) return;
  bill(account, subscription, { charges, reason: "subscription_cycle", period: periodOf(subscription), final: false });
}

/**
 * Ends it at once. What waits for an invoice is on a last one, stays for one that is made by hand, or is dropped:
 * https://docs.stripe.com/api/subscriptions/cancel
 */
export function endNow(
  account: Account,
  subscription: Wire.Subscription,
  { invoices, prorates }: { invoices: boolean; prorates: boolean },
): void {
  const now = timeOf(account, subscription.customer);
  for (const credit of prorates ? unusedOf(account, subscription, now) : []) wait(account, subscription, credit);
  const charges = invoices ? takePending(account, subscription) : [];
  end(account, subscription, "cancellation_requested", { keeps: prorates });
  if (charges.length === 0) return;
  const period = periodOf(subscription);
  advance(account, bill(account, subscription, { charges, reason: "subscription_update", period, final: true }));
}

/** Returns what is left of a period if it ends at once. */
export const unusedOf = (account: Account, subscription: Wire.Subscription, now: number): Charge[] =>
  subscription.status === "trialing"
    ? []
    : subscription.items.data.map((item) => creditOf(account, subscription, item, now));

type Bill = {
  charges: Charge[];
  reason: Invoice.Reason;
  period: Period;
  final: boolean;
  prorationDate?: number | undefined;
};

/** Makes the invoice the subscription's latest; it uses up a one-time discount. */
export function bill(account: Account, subscription: Wire.Subscription, { final, ...wanted }: Bill): Wire.Invoice {
  const invoice = composed(account, subscription, wanted);
  noteCharged(account, invoice, wanted.charges, invoice.lines.data);
  // https://docs.stripe.com/invoicing/integration/workflow-transitions: a sent one is a draft for an hour
  Invoice.open(account, invoice, { final: final && !isSent(invoice) });
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.latest_invoice = invoice.id;
    one.discounts = one.discounts.filter((id) => lasts(account, id, invoice));
  });
  return invoice;
}

export const composed = (account: Account, subscription: Wire.Subscription, wanted: Omit<Bill, "final">) =>
  Invoice.compose(account, {
    ...wanted,
    customer: subscription.customer,
    subscription,
    discounts: discountsOf(account, subscription),
  });

export const discountsOf = ({ state }: Account, { discounts }: Wire.Subscription) =>
  discounts.flatMap((id) => state.discounts.get(id) ?? []);

export const chargesOf = (items: Wire.SubscriptionItem[], period: Period): Charge[] =>
  items.map(({ price, quantity = 1, id }) => fullCharge(price, quantity, id, period));

/** The following period, or the one at a later instant. */
export function nextPeriod({ items, billing_cycle_anchor }: Wire.Subscription, now: number): Period {
  const [first] = items.data;
  if (!first) throw new Error("A subscription without items.");
  return periodAt(billing_cycle_anchor, recurringOf(first.price), Math.max(now, first.current_period_end));
}

export const pendingOf = ({ state }: Account, { id }: Wire.Subscription) =>
  [...state.pendingItems.values()].filter(({ subscription }) => subscription === id);

/** Adds what waits for the next invoice. */
export function wait(account: Account, { id: subscription, customer }: Wire.Subscription, charge: Charge): void {
  const id = newId("ii");
  account.state.pendingItems.set(id, { id, customer, subscription, charge });
}

/** Takes what waited for an invoice. */
export function takePending(account: Account, subscription: Wire.Subscription): Charge[] {
  const waiting = pendingOf(account, subscription);
  for (const { id } of waiting) account.state.pendingItems.delete(id);
  return waiting.map(({ charge }) => charge);
}

function lasts(account: Account, id: string, invoice: Wire.Invoice): boolean {
  const discount = account.state.discounts.get(id);
  const coupon = discount && couponAt(account, discount, invoice.created);
  const used = invoice.total_discount_amounts?.some((one) => one.discount === id && one.amount > 0) ?? false;
  return Boolean(coupon) && !(coupon?.duration === "once" && used);
}
