import type Stripe from "stripe";
import { type Account, change, emit, mergeMetadata, newId } from "./account.ts";
import { isWithin, type List, page } from "./list.ts";
import { invalid, missing, unknown } from "./refusal.ts";
import type { Objects, Price, Product } from "./wire.ts";

/** https://docs.stripe.com/api/prices/create#create_price-recurring-interval_count */
const longest: Record<string, number> = { year: 3, month: 36, week: 156 };

export function create(account: Account, params: Stripe.ProductCreateParams): Product {
  const { state, contract } = account;
  const id = params.id ?? newId("prod");
  if (state.products.has(id)) {
    throw invalid(`Product already exists.`, { code: "resource_already_exists", param: "id" });
  }
  const created = account.now();
  const product = contract.make("product", {
    id,
    created,
    updated: created,
    name: params.name,
    description: params.description,
    active: params.active ?? true,
    metadata: mergeMetadata({}, params.metadata),
    type: "service",
  });
  state.products.set(id, product);
  emit(account, "product.created", product);
  return product;
}

export function update(account: Account, params: Stripe.ProductUpdateParams, id: string): Product {
  const product = get(account, id);
  change(account, "product.updated", product, (one) => {
    one.name = params.name ?? one.name;
    one.active = params.active ?? one.active;
    if (params.description !== undefined) one.description = params.description || null;
    one.metadata = mergeMetadata(one.metadata, params.metadata);
  });
  return product;
}

export function get({ state }: Account, id: string): Product {
  const product = state.products.get(id);
  if (!product) throw missing("product", id);
  return product;
}

export function list({ state }: Account, params: Stripe.ProductListParams): List<Product> {
  const wanted = [...state.products.values()].filter(
    ({ id, active, created }) =>
      (params.active ?? active) === active &&
      (!params.ids || params.ids.includes(id)) &&
      isWithin(created, params.created),
  );
  return page(wanted, "/v1/products", params);
}

export function createPrice(account: Account, params: Stripe.PriceCreateParams): Price {
  const { state, contract } = account;
  const { product = "", recurring, unit_amount, lookup_key = null, currency } = params;
  if (!state.products.has(product)) throw unknown("product", product, "product");
  if (unit_amount === undefined) {
    throw invalid("Missing required param: unit_amount.", { code: "parameter_missing", param: "unit_amount" });
  }
  if (recurring) refuseLonger(recurring);
  if (lookup_key !== null) freeLookupKey(account, lookup_key, params.transfer_lookup_key ?? false);
  const price = contract.make("price", {
    id: newId("price"),
    created: account.now(),
    active: params.active ?? true,
    billing_scheme: "per_unit",
    currency: currency.toLowerCase(),
    lookup_key,
    metadata: mergeMetadata({}, params.metadata),
    nickname: params.nickname,
    product,
    tax_behavior: params.tax_behavior ?? "unspecified",
    type: recurring ? "recurring" : "one_time",
    unit_amount,
    unit_amount_decimal: String(unit_amount),
    recurring: recurring
      ? {
          interval: recurring.interval,
          interval_count: recurring.interval_count ?? 1,
          meter: null,
          trial_period_days: null,
          usage_type: "licensed",
        }
      : null,
  });
  state.prices.set(price.id, price);
  emit(account, "price.created", price);
  return price;
}

export function updatePrice(account: Account, params: Stripe.PriceUpdateParams, id: string): Price {
  const price = getPrice(account, id);
  const { lookup_key } = params;
  if (lookup_key) freeLookupKey(account, lookup_key, params.transfer_lookup_key ?? false);
  change(account, "price.updated", price, (one) => {
    one.active = params.active ?? one.active;
    one.nickname = params.nickname ?? one.nickname;
    if (lookup_key !== undefined) one.lookup_key = lookup_key || null;
    one.metadata = mergeMetadata(one.metadata, params.metadata);
  });
  return price;
}

export function getPrice({ state }: Account, id: string, param = "price"): Price {
  const price = state.prices.get(id);
  if (!price) throw unknown("price", id, param);
  return price;
}

/** A price that something new may use. */
export function usablePrice(account: Account, id: string, param: string): Price {
  const price = getPrice(account, id, param);
  if (!price.active) {
    throw invalid("The price specified is inactive. This field only accepts active prices.", { param });
  }
  return price;
}

export function listPrices({ state }: Account, params: Stripe.PriceListParams): List<Price> {
  const wanted = [...state.prices.values()].filter(
    ({ active, product, lookup_key, currency, created }) =>
      (params.active ?? active) === active &&
      (params.product ?? product) === product &&
      (params.currency ?? currency) === currency &&
      (!params.lookup_keys || params.lookup_keys.includes(lookup_key ?? "")) &&
      isWithin(created, params.created),
  );
  return page(wanted, "/v1/prices", params);
}

/** @throws Refusal for a one-time price */
export function recurringOf(price: Price, param = "items"): NonNullable<Price["recurring"]> {
  if (!price.recurring) throw invalid(`The price ${price.id} is not recurring.`, { param });
  return price.recurring;
}

function refuseLonger({ interval, interval_count = 1 }: Stripe.PriceCreateParams.Recurring): void {
  if (interval_count <= (longest[interval] ?? Infinity)) return;
  throw invalid("The interval of a price is at most three years.", { param: "recurring[interval_count]" });
}

/** The old shape of a price, which items still have. */
export function planOf({ contract }: Account, price: Price): Objects["plan"] {
  const { interval, interval_count } = recurringOf(price);
  return contract.make("plan", {
    id: price.id,
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval,
    interval_count,
    metadata: price.metadata,
    nickname: price.nickname,
    product: price.product,
    usage_type: "licensed",
  });
}

function freeLookupKey(account: Account, key: string, transfer: boolean): void {
  const holder = [...account.state.prices.values()].find(({ lookup_key }) => lookup_key === key);
  if (!holder) return;
  if (!transfer) {
    const message = `A price (\`${holder.id}\`) already uses that lookup key.`;
    throw invalid(message, { code: "resource_already_exists", param: "lookup_key" });
  }
  change(account, "price.updated", holder, (one) => {
    one.lookup_key = null;
  });
}
