import type Stripe from "stripe";
import { type Account, timeOf } from "./account.ts";
import { changeOf, firstItems, fullCharge, periodOf } from "./charge.ts";
import { isSent } from "./collect.ts";
import * as Customer from "./customer.ts";
import { chargesOf, discountsOf, nextPeriod, pendingOf, unusedOf } from "./cycle.ts";
import * as Invoice from "./invoice.ts";
import { preview as discountPreview, redeemable } from "./promotion.ts";
import { invalid, Refusal } from "./refusal.ts";
import * as Subscription from "./subscription.ts";
import { billsNow, chargesNow } from "./subscription-update.ts";
import type * as Wire from "./wire.ts";

type Params = Stripe.InvoiceCreatePreviewParams;

/** The invoice that would be made: for a change at once, for the next renewal, or for a new subscription. */
export function createPreview(account: Account, params: Params): Wire.Invoice {
  const invoice = params.subscription ? ofSubscription(account, params, params.subscription) : ofNew(account, params);
  const lines = Invoice.firstOf(invoice.lines);
  return { ...invoice, lines, id: `upcoming_${invoice.id}`, status: "draft", automatically_finalizes_at: null };
}

function ofSubscription(account: Account, params: Params, id: string): Wire.Invoice {
  const subscription = Subscription.get(account, id);
  const { items, proration_behavior, proration_date, cancel_at_period_end, cancel_now } =
    params.subscription_details ?? {};
  if (subscription.ended_at !== null) throw nothingUpcoming(subscription.customer);
  const change = { items, proration_behavior, proration_date };
  const changed = changeOf(account, subscription, change, "subscription_details[items]");
  const changes = changed.prorations.length > 0;
  const discounts = discountsIn(account, params, subscription);
  const wanted = {
    customer: subscription.customer,
    subscription,
    reason: "upcoming" as const,
    discounts,
    ...(changes && { prorationDate: changed.at }),
  };
  if (items && billsNow(changed, proration_behavior)) {
    const charges = chargesNow(account, subscription, changed);
    return Invoice.compose(account, { ...wanted, charges, period: periodOf(subscription) });
  }
  const waiting = pendingOf(account, subscription).map(({ charge }) => charge);
  const period = periodOf(subscription);
  if (cancel_now) {
    const charges = [...waiting, ...(proration_behavior === "none" ? [] : unusedOf(account, subscription, changed.at))];
    if (charges.length === 0) throw nothingUpcoming(subscription.customer);
    return Invoice.compose(account, { ...wanted, charges, period });
  }
  const ends = cancel_at_period_end ?? endsWithPeriod(subscription);
  if (ends && waiting.length + changed.prorations.length === 0) throw nothingUpcoming(subscription.customer);
  const next = nextPeriod({ ...subscription, items: { ...subscription.items, data: changed.items } }, 0);
  const renewal = ends ? [] : chargesOf(changed.items, next);
  const charges = [...waiting, ...changed.prorations, ...renewal];
  // https://docs.stripe.com/api/discounts/object#discount_object-end: what counts is when the invoice is made
  // threat: Stripe's stand-in shows a discount that ends before the charge
  const invoice = Invoice.compose(account, { ...wanted, charges, period, at: period.end });
  return { ...invoice, next_payment_attempt: isSent(subscription) ? null : period.end + Invoice.draftSeconds };
}

const discountsIn = (account: Account, { discounts }: Params, one: Wire.Subscription) =>
  discounts ? named(account, discounts, one.customer, one.id) : discountsOf(account, one);

const endsWithPeriod = (one: Wire.Subscription): boolean =>
  one.cancel_at_period_end || (one.cancel_at !== null && one.cancel_at <= periodOf(one).end);

function ofNew(account: Account, params: Params): Wire.Invoice {
  const { customer, subscription_details } = params;
  if (!customer) {
    throw invalid("You must provide a customer or a subscription.", { code: "parameter_missing", param: "customer" });
  }
  Customer.named(account, customer);
  const now = timeOf(account, customer);
  const items = firstItems(account, "", subscription_details?.items ?? [], now, "subscription_details[items]");
  const { trial_end } = subscription_details ?? {};
  const charges = items.map(({ price, quantity = 1, id, current_period_start: start, current_period_end: end }) =>
    typeof trial_end === "number" && trial_end > now
      ? { ...fullCharge(price, quantity, id, { start: now, end: trial_end }), amount: 0 }
      : fullCharge(price, quantity, id, { start, end }),
  );
  return Invoice.compose(account, {
    customer,
    subscription: null,
    charges,
    reason: "upcoming",
    period: { start: now, end: now },
    discounts: named(account, params.discounts || [], customer, null),
  });
}

const named = (
  account: Account,
  discounts: { coupon?: string; promotion_code?: string; discount?: string }[],
  customer: string,
  subscription: string | null,
) =>
  discounts.map((one, index) => {
    const kept = account.state.discounts.get(one.discount ?? "");
    const found = kept ? undefined : redeemable(account, one, `discounts[${index}]`, customer);
    return kept ?? discountPreview(account, found ?? { coupon: "", promotionCode: null }, { customer, subscription });
  });

const nothingUpcoming = (customer: string) =>
  new Refusal(404, "invalid_request_error", `No upcoming invoices for customer: ${customer}`, {
    code: "invoice_upcoming_none",
  });
