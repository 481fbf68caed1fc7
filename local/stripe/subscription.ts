import type Stripe from "stripe";
import { type Account, change, day, emit, mergeMetadata, newId, timeOf } from "./account.ts";
import * as Card from "./card.ts";
import { firstItems } from "./charge.ts";
import { advance, outcomeOf } from "./collect.ts";
import * as Customer from "./customer.ts";
import { bill, chargesOf, composed, endNow } from "./cycle.ts";
import { embedded, isWithin, type List, page } from "./list.ts";
import { type Named, redeem, redeemable } from "./promotion.ts";
import { invalid, missing } from "./refusal.ts";
import type { Charge } from "./state.ts";
import { refuseUnlocated } from "./tax.ts";
import type * as Wire from "./wire.ts";

/** The longest wait of a first payment or a pending update. */
export const patienceSeconds = 23 * 3_600;

export type Begin = {
  customer: string;
  items: { price?: string; quantity?: number }[];
  trialEnd: number | null;
  method: string | null;
  discounts: Named[];
  metadata: Record<string, string>;
  behavior: string;
  /** The holder of the card has confirmed. */
  confirmed?: boolean;
  /** Stripe Tax computes taxes. */
  taxed?: boolean;
  /** Invoices are sent, to be paid within so many days. */
  daysUntilDue?: number | null;
};

export function create(account: Account, params: Stripe.SubscriptionCreateParams): Wire.Subscription {
  const { customer = "", items = [], trial_period_days = 0, trial_end, default_payment_method } = params;
  Customer.named(account, customer);
  const now = timeOf(account, customer);
  const days = trial_period_days > 0 ? now + trial_period_days * day : null;
  const method = default_payment_method;
  return begin(account, {
    customer,
    items: items.map(({ price, quantity }) => ({
      ...(price !== undefined && { price }),
      ...(quantity !== undefined && { quantity }),
    })),
    trialEnd: typeof trial_end === "number" ? trial_end : days,
    method: method === undefined ? null : Card.owned(account, method, customer, "default_payment_method"),
    discounts: params.discounts || [],
    metadata: mergeMetadata({}, params.metadata),
    behavior: params.payment_behavior ?? "allow_incomplete",
    taxed: params.automatic_tax?.enabled === true,
    daysUntilDue: collectionOf(params)?.days_until_due ?? null,
  });
}

type Collection = { collection_method: "charge_automatically" | "send_invoice"; days_until_due: number | null };

/** Returns how invoices are to be collected, if the request says so. */
export function collectionOf(params: Collecting, before = "charge_automatically"): Collection | undefined {
  const { days_until_due } = params;
  if (params.collection_method === undefined && days_until_due === undefined) return;
  const collection_method = params.collection_method ?? before;
  if (collection_method !== "send_invoice") {
    if (days_until_due === undefined) return { collection_method: "charge_automatically", days_until_due: null };
    const message = "`days_until_due` is only valid where `collection_method` is `send_invoice`.";
    throw invalid(message, { param: "days_until_due" });
  }
  if (days_until_due === undefined) {
    const message = "`days_until_due` is required where `collection_method` is `send_invoice`.";
    throw invalid(message, { code: "parameter_missing", param: "days_until_due" });
  }
  return { collection_method, days_until_due };
}

type Collecting = Pick<Stripe.SubscriptionCreateParams, "collection_method" | "days_until_due">;

/** Begins a subscription and collects its first payment. */
export function begin(account: Account, params: Begin): Wire.Subscription {
  const { customer, trialEnd, behavior, metadata } = params;
  if (params.taxed) refuseUnlocated(account, customer);
  const now = timeOf(account, customer);
  const id = newId("sub");
  const items = firstItems(account, id, params.items, now, "items");
  const currency = items[0]?.price.currency ?? "usd";
  refuseSecondCurrency(account, customer, currency);
  const { daysUntilDue = null } = params;
  const discounts = params.discounts.map((one, index) => redeemable(account, one, `discounts[${index}]`, customer));
  const first = {
    charges: trialEnd === null ? chargesOf(items, itemPeriod(items)) : trialOf(items, now, trialEnd),
    reason: "subscription_create" as const,
    period: { start: now, end: now },
  };
  const subscription = account.contract.make("subscription", {
    id,
    automatic_tax: { disabled_reason: null, enabled: params.taxed === true, liability: null },
    billing_cycle_anchor: trialEnd ?? now,
    billing_mode: { flexible: { proration_discounts: "included" }, type: "flexible" },
    collection_method: daysUntilDue === null ? "charge_automatically" : "send_invoice",
    days_until_due: daysUntilDue,
    created: now,
    currency,
    customer,
    default_payment_method: params.method,
    items: embedded(items, `/v1/subscription_items?subscription=${id}`),
    metadata,
    start_date: now,
    status: firstStatusOf(daysUntilDue, trialEnd),
    test_clock: account.state.customers.get(customer)?.test_clock ?? null,
    trial_end: trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: "create_invoice" } },
    trial_start: trialEnd === null ? null : now,
  });
  refuseUnpayable(account, subscription, composed(account, subscription, first).amount_due, params);
  account.state.subscriptions.set(id, subscription);
  subscription.discounts = discounts.map((one) => redeem(account, one, { customer, subscription: id }).id);
  emit(account, "customer.subscription.created", subscription);
  const invoice = bill(account, subscription, { ...first, final: true });
  if (invoice.amount_due === 0 || behavior !== "default_incomplete") {
    advance(account, invoice, params.confirmed ? { confirmed: true } : {});
  }
  return subscription;
}

/** The comment of `payment_behavior`: where invoices are sent, it is active whatever becomes of the first. */
function firstStatusOf(daysUntilDue: number | null, trialEnd: number | null): Wire.Subscription["status"] {
  if (daysUntilDue === null) return "incomplete";
  return trialEnd === null ? "active" : "trialing";
}

export function get({ state }: Account, id: string): Wire.Subscription {
  const subscription = state.subscriptions.get(id);
  if (!subscription) throw missing("subscription", id, "id");
  return subscription;
}

export function list({ state }: Account, params: Stripe.SubscriptionListParams): List<Wire.Subscription> {
  const { customer, status, price, test_clock } = params;
  const wanted = [...state.subscriptions.values()].filter(
    (one) =>
      (customer ?? one.customer) === customer_of(one) &&
      (customer !== undefined || (test_clock ?? null) === one.test_clock) &&
      hasStatus(one, status) &&
      (price === undefined || one.items.data.some((item) => item.price.id === price)) &&
      isWithin(one.created, params.created) &&
      isWithin(one.items.data[0]?.current_period_end ?? 0, params.current_period_end),
  );
  return page(wanted, "/v1/subscriptions", params);
}

export function cancel(account: Account, params: Stripe.SubscriptionCancelParams, id: string): Wire.Subscription {
  const subscription = get(account, id);
  if (subscription.ended_at !== null) throw missing("subscription", id, "id");
  if (params.cancellation_details) comment(subscription, params.cancellation_details);
  endNow(account, subscription, { invoices: params.invoice_now ?? false, prorates: params.prorate ?? false });
  return subscription;
}

export function deleteDiscount(account: Account, _params: object, id: string) {
  const subscription = get(account, id);
  const discount = account.state.discounts.get(subscription.discounts[0] ?? "");
  if (!discount) throw missing("discount", id);
  change(account, "customer.subscription.updated", subscription, (one) => {
    one.discounts = [];
  });
  emit(account, "customer.discount.deleted", discount);
  const { end: _end, ...deleted } = discount;
  return { ...deleted, deleted: true };
}

export function comment(
  subscription: Wire.Subscription,
  { comment, feedback }: { comment?: string | null; feedback?: string | null },
): void {
  subscription.cancellation_details = {
    comment: comment || null,
    feedback: feedback || null,
    feedback_option: null,
    reason: subscription.cancellation_details?.reason ?? null,
  };
}

const customer_of = ({ customer }: Wire.Subscription) => customer;

function hasStatus({ status, ended_at }: Wire.Subscription, wanted: string | undefined): boolean {
  if (wanted === "all") return true;
  if (wanted === "ended") return ended_at !== null;
  return wanted === undefined ? status !== "canceled" : status === wanted;
}

/** https://docs.stripe.com/invoicing/multiple-currencies: active subscriptions of a customer have one currency. */
function refuseSecondCurrency({ state }: Account, customer: string, currency: string): void {
  const own = [...state.subscriptions.values()].filter((one) => one.customer === customer && one.ended_at === null);
  const other = own.find((one) => one.currency !== currency)?.currency;
  if (other === undefined) return;
  throw invalid(
    `You cannot combine currencies on a single customer. This customer has an active subscription with currency ${other}.`,
  );
}

/** Before anything is made: a card that must pay and cannot. */
function refuseUnpayable(account: Account, subscription: Wire.Subscription, due: number, params: Begin): void {
  if (due === 0 || params.behavior === "default_incomplete" || subscription.days_until_due !== null) return;
  const outcome = outcomeOf(account, subscription, due, params.confirmed ? { confirmed: true } : {});
  if (outcome.paid || outcome.processing) return;
  const nothingToTry = outcome.error.status === 400;
  if (nothingToTry || params.behavior === "error_if_incomplete") throw outcome.error;
}

/** Begins the items with a trial, which is charged nothing. */
function trialOf(items: Wire.SubscriptionItem[], start: number, end: number): Charge[] {
  if (end <= start) throw invalid("`trial_end` must be in the future.", { param: "trial_end" });
  for (const item of items) Object.assign(item, { current_period_start: start, current_period_end: end });
  return chargesOf(items, { start, end }).map((charge) => ({ ...charge, amount: 0 }));
}

const itemPeriod = (items: Wire.SubscriptionItem[]) => ({
  start: items[0]?.current_period_start ?? 0,
  end: items[0]?.current_period_end ?? 0,
});
