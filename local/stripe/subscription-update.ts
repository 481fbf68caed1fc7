import type Stripe from "stripe";
import { type Account, change, mergeMetadata, timeOf } from "./account.ts";
import { unchargeable } from "./amount.ts";
import * as Card from "./card.ts";
import { type Change, changeOf, periodOf } from "./charge.ts";
import { advance, collect, dropPending, isSent, outcomeOf } from "./collect.ts";
import * as Customer from "./customer.ts";
import { bill, chargesOf, composed, endTrial, pendingOf, takePending, wait } from "./cycle.ts";
import { invoicesOfSubscription, quantityUpdates, spend } from "./limit.ts";
import { getCoupon, type Named, redeem, redeemable } from "./promotion.ts";
import { invalid } from "./refusal.ts";
import type { Charge } from "./state.ts";
import { collectionOf, comment, get, patienceSeconds } from "./subscription.ts";
import type * as Wire from "./wire.ts";

type Params = Stripe.SubscriptionUpdateParams;

/**
 * The parameters that can wait for a payment: https://docs.stripe.com/billing/subscriptions/pending-updates-reference
 */
const canWait = [
  "items",
  "metadata",
  "proration_behavior",
  "proration_date",
  "payment_behavior",
  "expand",
  "off_session",
];
const canFollowTheEnd = ["metadata", "cancellation_details", "expand"];

export function update(account: Account, params: Params, id: string): Wire.Subscription {
  const subscription = get(account, id);
  refuseContradictions(account, subscription, params);
  const method = params.default_payment_method
    ? Card.owned(account, params.default_payment_method, subscription.customer, "default_payment_method")
    : null;
  const discounts = discountsOf(account, subscription, params.discounts);
  const changed = params.items ? changeOf(account, subscription, params) : undefined;
  count(account, subscription, changed);
  const bills = changed && billsNow(changed, params.proration_behavior);
  if (bills && (changed.restarts || changed.prorations.length > 0)) {
    return billed(account, { subscription, params, changed, method });
  }
  if (changed && subscription.pending_update) dropPending(account, subscription, { expired: false });
  change(account, "customer.subscription.updated", subscription, (one) => {
    fill(account, one, params, method);
    if (changed) one.items.data = changed.items;
    if (discounts) one.discounts = discounts.map((found) => found.id ?? redeemed(account, one, found));
  });
  for (const charge of changed?.prorations ?? []) wait(account, subscription, charge);
  if (params.trial_end === "now" && subscription.status === "trialing") endTrial(account, subscription);
  return subscription;
}

/** Parameters that exclude each other, or the state of the subscription. */
function refuseContradictions(account: Account, subscription: Wire.Subscription, params: Params): void {
  if (subscription.ended_at !== null && Object.keys(params).some((name) => !canFollowTheEnd.includes(name))) {
    throw invalid("A canceled subscription can only update its cancellation_details and metadata.");
  }
  const waits = params.payment_behavior === "pending_if_incomplete";
  const refused = waits ? Object.keys(params).find((name) => !canWait.includes(name)) : undefined;
  if (refused) {
    const message = `When \`payment_behavior\` is \`pending_if_incomplete\`, you cannot pass ${refused}.`;
    throw invalid(message, { param: refused });
  }
  if (waits && isDebited(account, subscription)) {
    throw invalid("`payment_behavior` cannot be `pending_if_incomplete` with this payment method.");
  }
  if (waits && isSent(subscription)) {
    throw invalid("`payment_behavior` cannot be `pending_if_incomplete` where `collection_method` is `send_invoice`.");
  }
  const now = timeOf(account, subscription.customer);
  refuseEnd(now, params);
  // only a preview may look ahead, within its period
  // threat: Stripe's stand-in prorates a change to an instant that has not come
  if (params.proration_date !== undefined && params.proration_date > now) {
    throw invalid("Cannot specify `proration_date` in the future.", { param: "proration_date" });
  }
}

function refuseEnd(now: number, { cancel_at, cancel_at_period_end }: Params): void {
  if (cancel_at === undefined) return;
  if (cancel_at_period_end !== undefined) {
    throw invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.");
  }
  // threat: a subscription at Stripe's stand-in has ended before it renewed
  if (cancel_at && Number(cancel_at) < now) {
    throw invalid("Invalid timestamp: must be an integer Unix timestamp in the future.", { param: "cancel_at" });
  }
}

/** Returns the charges of an invoice at once, including those that waited for one. */
export function chargesNow(
  account: Account,
  subscription: Wire.Subscription,
  { prorations, restarts, items }: Change,
): Charge[] {
  const [first] = items;
  const period = { start: first?.current_period_start ?? 0, end: first?.current_period_end ?? 0 };
  const waiting = pendingOf(account, subscription).map(({ charge }) => charge);
  return [...waiting, ...prorations, ...(restarts ? chargesOf(items, period) : [])];
}

/** Another interval is paid at once, whatever is requested. */
export const billsNow = ({ restarts }: Change, behavior: string | undefined): boolean =>
  restarts || behavior === "always_invoice";

/** https://docs.stripe.com/billing/subscriptions/pending-updates#before-you-begin names the methods that can wait. */
function isDebited(account: Account, subscription: Wire.Subscription): boolean {
  const method = Card.defaultOf(Customer.get(account, subscription.customer), subscription);
  return account.state.cards.get(method ?? "")?.debit !== undefined;
}

type Billed = {
  subscription: Wire.Subscription;
  params: Params;
  changed: Change;
  method: string | null;
};

/** A change that is paid at once; unpaid it waits, fails or becomes past due, as the request says. */
function billed(account: Account, { subscription, params, changed, method }: Billed): Wire.Subscription {
  const how = method ? { method } : {};
  const wanted = {
    charges: chargesNow(account, subscription, changed),
    reason: "subscription_update" as const,
    period: periodOf(subscription),
    prorationDate: changed.at,
  };
  const due = composed(account, subscription, wanted).amount_due;
  const refusal = unchargeable(due, subscription.currency);
  // threat: the stand-in charges amounts that Stripe refuses
  if (refusal) throw refusal;
  // an invoice that is sent is paid later, and its change is made before
  const outcome = isSent(subscription) ? { paid: true as const } : outcomeOf(account, subscription, due, how);
  if (!outcome.paid && !outcome.processing && params.payment_behavior === "error_if_incomplete") throw outcome.error;
  // threat: Stripe's stand-in allows any number of invoices
  spend(account, `invoices of ${subscription.id}`, invoicesOfSubscription);
  if (subscription.pending_update) dropPending(account, subscription, { expired: false });
  takePending(account, subscription);
  // threat: Stripe's stand-in grants seats that were not paid
  if (!outcome.paid && params.payment_behavior === "pending_if_incomplete") {
    postpone(account, subscription, params, changed);
    const invoice = bill(account, subscription, { ...wanted, final: true });
    collect(account, invoice, how);
    return subscription;
  }
  change(account, "customer.subscription.updated", subscription, (one) => {
    fill(account, one, params, method);
    one.items.data = changed.items;
    if (changed.restarts) one.billing_cycle_anchor = changed.items[0]?.current_period_start ?? one.billing_cycle_anchor;
  });
  advance(account, bill(account, subscription, { ...wanted, final: true }), how);
  return subscription;
}

function postpone(account: Account, subscription: Wire.Subscription, params: Params, changed: Change): void {
  const now = timeOf(account, subscription.customer);
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.pending_update = {
      billing_cycle_anchor: changed.restarts ? (changed.items[0]?.current_period_start ?? null) : null,
      cancel_at_period_end: null,
      discount: null,
      discounts: null,
      // threat: in the stand-in a change waits for its payment beyond the period
      expires_at: Math.min(now + patienceSeconds, periodOf(subscription).end),
      metadata: params.metadata === undefined ? null : mergeMetadata({}, params.metadata),
      subscription_items: changed.items,
      trial_end: null,
      trial_from_plan: null,
    };
  });
}

function fill(account: Account, subscription: Wire.Subscription, params: Params, method: string | null): void {
  const { cancel_at, cancel_at_period_end, cancellation_details, description } = params;
  const now = timeOf(account, subscription.customer);
  subscription.metadata = mergeMetadata(subscription.metadata, params.metadata);
  const collection = collectionOf(params, subscription.collection_method);
  if (collection) Object.assign(subscription, collection);
  if (description !== undefined) subscription.description = description || null;
  if (method) subscription.default_payment_method = method;
  if (params.default_payment_method === "") subscription.default_payment_method = null;
  if (cancellation_details) comment(subscription, cancellation_details);
  if (cancel_at !== undefined) {
    endAt(subscription, {
      at: cancel_at === "" || cancel_at === null ? null : Number(cancel_at),
      withPeriod: false,
      now,
    });
  } else if (cancel_at_period_end !== undefined && cancel_at_period_end !== subscription.cancel_at_period_end) {
    const at = cancel_at_period_end ? periodOf(subscription).end : null;
    endAt(subscription, { at, withPeriod: cancel_at_period_end, now });
  }
}

type End = { at: number | null; withPeriod: boolean; now: number };

/** https://docs.stripe.com/billing/subscriptions/cancel#schedule-cancellations */
function endAt(subscription: Wire.Subscription, { at, withPeriod, now }: End): void {
  subscription.cancel_at_period_end = withPeriod;
  subscription.cancel_at = at;
  subscription.canceled_at = at === null ? null : now;
  const details = subscription.cancellation_details;
  subscription.cancellation_details = {
    comment: details?.comment ?? null,
    feedback: details?.feedback ?? null,
    feedback_option: null,
    reason: at === null ? null : "cancellation_requested",
  };
}

type Found = {
  /** For a discount that it already has. */
  id?: string;
  coupon: string;
  promotionCode: string | null;
};

function discountsOf(
  account: Account,
  subscription: Wire.Subscription,
  named: Params["discounts"],
): Found[] | undefined {
  if (named === undefined) return undefined;
  return (named || []).map((one: Named, index) => {
    const id = one.discount;
    if (id !== undefined && subscription.discounts.includes(id)) return { id, coupon: "", promotionCode: null };
    const found = redeemable(account, one, `discounts[${index}]`, subscription.customer);
    const { currency, amount_off } = getCoupon(account, found.coupon);
    if (amount_off !== null && currency !== subscription.currency) {
      throw invalid(`The coupon's currency, ${currency}, does not match the subscription's, ${subscription.currency}.`);
    }
    return found;
  });
}

const redeemed = (account: Account, { customer, id }: Wire.Subscription, found: Found) =>
  redeem(account, found, { customer, subscription: id }).id;

function count(account: Account, subscription: Wire.Subscription, changed: Change | undefined): void {
  const before = new Map(subscription.items.data.map(({ id, quantity }) => [id, quantity]));
  if (changed?.items.some(({ id, quantity }) => before.get(id) !== quantity)) {
    spend(account, `quantity updates of ${subscription.id}`, quantityUpdates);
  }
}
