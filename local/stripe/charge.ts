import type Stripe from "stripe";
import { type Account, newId, timeOf } from "./account.ts";
import { decimalsOf } from "./amount.ts";
import { chargedFor, partOf } from "./credit.ts";
import { type Period, periodAt, prorate, type Recurring } from "./period.ts";
import { planOf, recurringOf, usablePrice } from "./product.ts";
import { couponAt } from "./promotion.ts";
import { invalid, unknown } from "./refusal.ts";
import type { Charge } from "./state.ts";
import type { Price, Subscription, SubscriptionItem } from "./wire.ts";

/** The result of a change of a subscription, and its price. */
export type Change = {
  items: SubscriptionItem[];
  prorations: Charge[];
  /** With another interval, a new cycle begins, and its first period is due at once. */
  restarts: boolean;
  at: number;
};

type ItemParam = Pick<Stripe.SubscriptionUpdateParams.Item, "id" | "price" | "quantity" | "deleted" | "metadata">;

export type ChangeParams = {
  items?: ItemParam[] | undefined;
  proration_behavior?: string | undefined;
  proration_date?: number | undefined;
};

/** The line of a whole period. */
export const fullCharge = (price: Price, quantity: number, item: string, period: Period): Charge => ({
  item,
  price,
  quantity,
  amount: (price.unit_amount ?? 0) * quantity,
  period,
  proration: false,
  description: `${quantity} × ${price.nickname ?? price.id} (at ${shown(price)})`,
});

/** Computes a change of items without making it. `param` is where the items are in the request. */
export function changeOf(account: Account, subscription: Subscription, params: ChangeParams, param = "items"): Change {
  const now = timeOf(account, subscription.customer);
  const current = subscription.items.data;
  // threat: Stripe's stand-in ignores the proration date
  const at = params.proration_date ?? now;
  const [first] = current;
  if (first && (at < first.current_period_start || at > first.current_period_end)) throw outsidePeriod(param);
  const wanted = (params.items ?? []).map((item, index) => decide(account, current, item, `${param}[${index}]`));
  refuseOtherCurrency(
    wanted.map(({ price }) => price),
    subscription.currency,
    param,
  );
  const untouched = current.filter(({ id }) => !wanted.some(({ before }) => before?.id === id));
  const staying = [
    ...untouched.map((item) => ({ before: item, price: item.price, quantity: item.quantity ?? 1 })),
    ...wanted.filter(({ deleted }) => !deleted),
  ];
  if (staying.length === 0) throw invalid("A subscription must have at least one item.", { param });
  const recurring = oneInterval(
    staying.map(({ price }) => price),
    param,
  );
  const restarts = first !== undefined && !sameInterval(recurringOf(first.price), recurring);
  const trial = subscription.status === "trialing";
  const period = restarts && !trial ? periodAt(now, recurring, now) : periodOf(subscription);
  // Stripe promises no order
  const items = staying
    .map(({ before, price, quantity }) => itemOf(account, subscription.id, { before, price, quantity, period }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const prorated = !trial && params.proration_behavior !== "none";
  return {
    items,
    restarts: restarts && !trial,
    at,
    prorations: prorated ? prorationsOf(account, subscription, { wanted, untouched, items, at, restarts }) : [],
  };
}

/** The new items of a subscription that begins. */
export function firstItems(account: Account, subscription: string, items: ItemParam[], start: number, param: string) {
  const prices = items.map(({ price = "" }, index) => usablePrice(account, price, `${param}[${index}][price]`));
  const [first] = prices;
  if (!first) throw invalid("Missing required param: items.", { code: "parameter_missing", param });
  refuseOtherCurrency(prices, first.currency, param);
  const recurring = oneInterval(prices, param);
  const period = periodAt(start, recurring, start);
  return prices.map((price, index) =>
    itemOf(account, subscription, { price, quantity: quantityOf(items[index]?.quantity ?? 1, param), period }),
  );
}

export const periodOf = ({ items }: Subscription): Period => ({
  start: items.data[0]?.current_period_start ?? 0,
  end: items.data[0]?.current_period_end ?? 0,
});

type Decided = {
  before?: SubscriptionItem | undefined;
  price: Price;
  quantity: number;
  deleted: boolean;
};

/** An item without an id is added; a price without a quantity counts once. */
function decide(account: Account, current: SubscriptionItem[], item: ItemParam, param: string): Decided {
  const { id, deleted = false } = item;
  if (id === undefined) {
    const price = usablePrice(account, item.price ?? "", `${param}[price]`);
    if (current.some((one) => one.price.id === price.id)) {
      throw invalid(`Cannot add multiple subscription items with the same plan: ${price.id}`, { param });
    }
    return { price, quantity: quantityOf(item.quantity ?? 1, param), deleted };
  }
  const before = current.find((one) => one.id === id);
  if (!before) throw unknown("subscription item", id, `${param}[id]`);
  // nothing says that Stripe takes an archived price which the item has, so it is refused like any other
  // threat: an archived price is sent to Stripe's stand-in with each change of its quantity
  const price = item.price === undefined ? before.price : usablePrice(account, item.price, `${param}[price]`);
  const moves = price.id !== before.price.id;
  // threat: a price that is changed at Stripe's stand-in keeps its quantity
  const quantity = item.quantity ?? (moves ? 1 : (before.quantity ?? 1));
  return { before, price, quantity: quantityOf(quantity, param), deleted };
}

type Moves = {
  wanted: Decided[];
  untouched: SubscriptionItem[];
  items: SubscriptionItem[];
  at: number;
  restarts: boolean;
};

/**
 * A credit of what was charged and is no longer used, and a charge for what replaces it: each for the remaining seconds,
 * each rounded separately.
 */
function prorationsOf(
  account: Account,
  subscription: Subscription,
  { wanted, untouched, items, at, restarts }: Moves,
): Charge[] {
  const changed = wanted.filter(
    ({ before, price, quantity, deleted }) =>
      deleted || !before || before.price.id !== price.id || (before.quantity ?? 1) !== quantity,
  );
  const returned = restarts
    ? [...changed.flatMap(({ before }) => before ?? []), ...untouched]
    : changed.flatMap(({ before }) => before ?? []);
  const credits = returned.map((item) => creditOf(account, subscription, item, at));
  if (restarts) return credits;
  const debits = changed.flatMap(({ before, price, quantity, deleted }) => {
    const item = items.find((one) => (before ? one.id === before.id : one.price.id === price.id));
    return deleted || !item ? [] : [proration(account, subscription, { sign: 1, item: item.id, price, quantity, at })];
  });
  return [...credits, ...debits];
}

/** Returns what was charged for the time of an item that is left, to be given back. */
export const creditOf = (account: Account, subscription: Subscription, item: SubscriptionItem, at: number): Charge =>
  proration(account, subscription, { sign: -1, item: item.id, price: item.price, quantity: item.quantity ?? 1, at });

type Prorated = { sign: 1 | -1; item: string; price: Price; quantity: number; at: number };

function proration(
  account: Account,
  subscription: Subscription,
  { sign, item, price, quantity, at }: Prorated,
): Charge {
  const { start, end } = periodOf(subscription);
  const net = netOf(account, subscription, (price.unit_amount ?? 0) * quantity);
  const debit = sign < 0 ? chargedFor(account, item, { subscription, end }) : undefined;
  // threat: Stripe's stand-in prorates without the seconds that are left
  const amount = debit ? partOf(debit, at) : prorate(net, end - at, end - start);
  const what = sign < 0 ? "Unused time on" : "Remaining time on";
  const description = `${what} ${quantity} × ${price.nickname ?? price.id} after ${dateOf(at)}`;
  return {
    item,
    price,
    quantity,
    amount: amount === 0 ? 0 : sign * amount,
    period: { start: at, end },
    proration: true,
    description,
    ...(sign < 0 && { credits: debit?.line ? { invoice: debit.invoice ?? "", line: debit.line } : {} }),
  };
}

/**
 * A percentage discount applies to parts of a period as well; an amount and a one-time discount apply to whole
 * invoices.
 */
function netOf(account: Account, subscription: Subscription, amount: number): number {
  const now = timeOf(account, subscription.customer);
  return subscription.discounts
    .flatMap((id) => account.state.discounts.get(id) ?? [])
    .flatMap((discount) => couponAt(account, discount, now) ?? [])
    .filter(({ duration }) => duration !== "once")
    .reduce((net, { percent_off }) => net - percentOff(percent_off ?? 0, net), amount);
}

/** Rounded to the nearest minor unit; a percentage has at most two decimals. */
export const percentOff = (percent: number, amount: number): number =>
  prorate(amount, Math.round(percent * 100), 10_000);

type Placed = {
  before?: SubscriptionItem | undefined;
  price: Price;
  quantity: number;
  period: Period;
};

function itemOf(account: Account, subscription: string, { before, price, quantity, period }: Placed): SubscriptionItem {
  const fresh = account.contract.make("subscription_item", {
    id: newId("si"),
    created: period.start,
    subscription,
    metadata: {},
    tax_rates: [],
  });
  return {
    ...(before ?? fresh),
    price,
    plan: planOf(account, price),
    quantity,
    current_period_start: period.start,
    current_period_end: period.end,
  };
}

function oneInterval(prices: Price[], param: string): Recurring {
  const [first, ...others] = prices.map((price) => recurringOf(price, param));
  if (!first || others.some((other) => !sameInterval(first, other))) {
    throw invalid("The stand-in wants one interval for all items of a subscription.", { param });
  }
  return first;
}

const sameInterval = (one: Recurring, other: Recurring) =>
  one.interval === other.interval && one.interval_count === other.interval_count;

/** No quantity that Checkout can adjust is higher: https://docs.stripe.com/api/checkout/sessions/create */
const maxQuantity = 999_999;

function quantityOf(quantity: number, param: string): number {
  // threat: Stripe's stand-in sells a billion seats
  if (quantity > maxQuantity) {
    const message = `This value must be less than or equal to ${maxQuantity}.`;
    throw invalid(message, { code: "parameter_invalid_integer", param: `${param}[quantity]` });
  }
  if (Number.isInteger(quantity) && quantity >= 0) return quantity;
  throw invalid(`Invalid non-negative integer`, { code: "parameter_invalid_integer", param: `${param}[quantity]` });
}

function refuseOtherCurrency(prices: readonly Price[], expected: string, param: string): void {
  const other = prices.find(({ currency }) => currency !== expected);
  if (other) throw otherCurrency(other.currency, expected, param);
}

/** https://docs.stripe.com/invoicing/multiple-currencies: a subscription keeps its currency. */
export const otherCurrency = (currency: string, expected: string, param: string) =>
  invalid(
    `The price specified only supports \`${currency}\`. This doesn't match the expected currency: \`${expected}\`.`,
    { param },
  );

const outsidePeriod = (param: string) =>
  invalid("The proration date must be within the current period of the subscription.", {
    param: param === "items" ? "proration_date" : "subscription_details[proration_date]",
  });

const dateOf = (instant: number) => new Date(instant * 1_000).toISOString().slice(0, 10);

function shown(price: Price): string {
  const { interval, interval_count } = recurringOf(price);
  const every = interval_count === 1 ? interval : `${interval_count} ${interval}s`;
  const decimals = decimalsOf(price.currency);
  const amount = ((price.unit_amount ?? 0) / 10 ** decimals).toFixed(decimals);
  return `${amount} ${price.currency.toUpperCase()} / ${every}`;
}
