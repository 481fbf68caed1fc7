import { withoutUndefined } from "../base/without-undefined.ts";
import { plans } from "../kernel/ports.ts";
import type { StripeItem, StripeSubscription } from "../kernel/stripe-port.ts";
import { isLive, type Mirror, mirrorVersion } from "./row.ts";

// What Stripe has of a subscription, in the form of the row.

/** Returns what Stripe has now, in the form of the row. */
export function mirrorOf(found: StripeSubscription, before: Mirror | undefined, at: string): Mirror {
  const recorded = before?.subscription === found.id ? before : undefined;
  const item = seatItemOf(found, before) ?? (recorded && { ...recorded, id: recorded.item }) ?? found.items[0];
  const { id = "", price = "", quantity = 0, periodEnd = found.createdAt } = item ?? {};
  const { id: subscription, status, createdAt, trialEnd } = found;
  const shared = { subscription, item: id, status, price, createdAt, periodEnd, ...withoutUndefined({ trialEnd }) };
  // threat: a subscription that ended still has seats
  if (isLive(found)) return { ...shared, quantity, ...ofLive(found), mirrorVersion };
  // threat: the grace period begins when the end was noticed
  const endedAt = found.endedAt ?? recorded?.endedAt ?? at;
  return { ...shared, quantity: 0, endedAt, mirrorVersion };
}

/** Returns what says how a subscription goes on, as long as it does. */
function ofLive({ cancelAt, endsWithPeriod, discounts, method, daysUntilDue, items }: StripeSubscription) {
  return withoutUndefined({
    cancelAt,
    endsWithPeriod: endsWithPeriod || undefined,
    discounts: discounts.length > 0 ? discounts.map(withoutUndefined) : undefined,
    ...recordedOf(method),
    daysUntilDue,
    otherItems: items.length > 1 ? items.length - 1 : undefined,
  });
}

function recordedOf(found: StripeSubscription["method"]) {
  if (!found) return {};
  const { id: methodId, ...method } = found;
  return { method: { ...withoutUndefined(method), type: method.type }, methodId };
}

/**
 * Returns the item of a subscription that is for seats: one of a price that is sold, or the one that was recorded, or the
 * only one of a subscription that was never recorded.
 */
export function seatItemOf({ id, items }: StripeSubscription, before: Mirror | undefined): StripeItem | undefined {
  const sold = items.filter(({ price }) => plans().paid.some((plan) => plan.price === price));
  // threat: somebody's other purchase is taken for seats
  const candidates = sold.length > 0 ? sold : items;
  const recorded = candidates.find((item) => item.id === before?.item);
  // threat: the only item that is left is taken for seats
  const isOnly = items.length === 1 && before?.subscription !== id;
  // threat: several unknown items are taken for seats
  return recorded ?? (sold.length > 0 || isOnly ? candidates[0] : undefined);
}
