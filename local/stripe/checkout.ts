import type Stripe from "stripe";
import { type Account, change, day, mergeMetadata, newId, timeOf } from "./account.ts";
import { percentOff } from "./charge.ts";
import * as Customer from "./customer.ts";
import { debits } from "./debit-account.ts";
import { isWithin, type List, page } from "./list.ts";
import { recurringOf, usablePrice } from "./product.ts";
import { getCoupon, redeemable } from "./promotion.ts";
import { invalid, missing } from "./refusal.ts";
import type { CheckoutFacts } from "./state.ts";
import { addedOf, refuseUnsaved, taxesOn } from "./tax.ts";
import type { CheckoutSession, Objects, Price } from "./wire.ts";

type Params = Stripe.Checkout.SessionCreateParams;

const usualMaximum = 99;
const maxLines = 20;
const minSeconds = 30 * 60;

export function create(account: Account, params: Params): CheckoutSession {
  const { state, contract } = account;
  const { customer = null, mode, line_items = [], subscription_data } = params;
  if (mode !== "subscription") throw invalid("The stand-in supports the mode `subscription`.", { param: "mode" });
  // https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-success_url
  if (params.success_url === undefined) {
    throw invalid("Missing required param: success_url.", { code: "parameter_missing", param: "success_url" });
  }
  if (customer !== null) Customer.named(account, customer);
  const { tax, taxIds, savesAddress, savesName } = collectedBy(params);
  refuseUnsaved(state.customers.get(customer ?? ""), { tax, taxIds, savesAddress, savesName });
  const now = timeOf(account, customer);
  const lines = linesOf(account, line_items);
  const facts: CheckoutFacts = {
    lines,
    ids: lines.map(() => newId("li")),
    metadata: mergeMetadata({}, subscription_data?.metadata),
    trialDays: subscription_data?.trial_period_days ?? null,
    waiting: null,
    discount: discountOf(account, params),
    savesAddress,
    savesName,
  };
  const id = newId("cs_test");
  const session = contract.make("checkout.session", {
    id,
    allow_promotion_codes: params.allow_promotion_codes,
    billing_address_collection: params.billing_address_collection,
    cancel_url: params.cancel_url,
    client_reference_id: params.client_reference_id,
    created: account.now(),
    currency: usablePrice(account, lines[0]?.price ?? "", "line_items").currency,
    customer,
    customer_email: params.customer_email,
    expires_at: endOf(account, params),
    locale: params.locale,
    metadata: mergeMetadata({}, params.metadata),
    mode,
    payment_method_collection: params.payment_method_collection ?? "always",
    allowed_payment_method_types: params.allowed_payment_method_types,
    payment_method_types: typesOf(params),
    payment_status: "unpaid",
    status: "open",
    success_url: params.success_url,
    automatic_tax: { enabled: tax, liability: null, provider: tax ? "stripe" : null, status: null },
    tax_id_collection: { enabled: taxIds, required: "never" },
    ui_mode: "hosted_page",
    url: `${account.url}/c/pay/${id}`,
  });
  state.checkouts.set(id, facts);
  state.sessions.set(id, session);
  total(account, session);
  session.created = now;
  return session;
}

export function get({ state }: Account, id: string): CheckoutSession {
  const session = state.sessions.get(id);
  if (!session) throw missing("checkout.session", id, "session");
  return session;
}

export function list({ state }: Account, params: Stripe.Checkout.SessionListParams): List<CheckoutSession> {
  const { customer, status, subscription } = params;
  const wanted = [...state.sessions.values()].filter(
    (one) =>
      (customer ?? one.customer) === one.customer &&
      (status ?? one.status) === one.status &&
      (subscription ?? one.subscription) === one.subscription &&
      isWithin(one.created, params.created),
  );
  return page(wanted, "/v1/checkout/sessions", params);
}

export function expire(account: Account, _params: object, id: string): CheckoutSession {
  const session = get(account, id);
  if (session.status !== "open") {
    throw invalid(`Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.`);
  }
  change(account, "checkout.session.expired", session, (one) => {
    one.status = "expired";
    one.url = null;
  });
  return session;
}

export const listLineItems = (account: Account, params: Stripe.Checkout.SessionListLineItemsParams, id: string) =>
  page(lineItems(account, get(account, id)).toReversed(), `/v1/checkout/sessions/${id}/line_items`, params);

export function lineItems(account: Account, session: CheckoutSession): Objects["item"][] {
  const { lines, ids, discount, trialDays } = factsOf(account, session);
  const coupon = discount ? getCoupon(account, discount.coupon) : undefined;
  let fixed = coupon?.amount_off ?? 0;
  return lines.map(({ price: id, quantity, adjustable }, index) => {
    const price = account.state.prices.get(id);
    if (!price) throw missing("price", id);
    const subtotal = trialDays === null ? (price.unit_amount ?? 0) * quantity : 0;
    const off = coupon?.percent_off != null ? percentOff(coupon.percent_off, subtotal) : Math.min(subtotal, fixed);
    if (coupon?.amount_off != null) fixed -= off;
    const tax = taxOf(account, session, price, subtotal - off);
    return account.contract.make("item", {
      id: ids[index] ?? "",
      amount_discount: off,
      amount_subtotal: subtotal,
      amount_tax: tax,
      amount_total: subtotal - off + tax,
      currency: price.currency,
      description: account.state.products.get(price.product)?.name ?? null,
      price,
      quantity,
      adjustable_quantity: adjustable ? { enabled: true, ...adjustable } : null,
    });
  });
}

export function factsOf({ state }: Account, { id }: CheckoutSession): CheckoutFacts {
  const facts = state.checkouts.get(id);
  if (!facts) throw missing("checkout.session", id);
  return facts;
}

/** Returns the data that the page asks for, and the parts of it that are written to the customer. */
const collectedBy = ({ automatic_tax, tax_id_collection, customer_update }: Params) => ({
  tax: automatic_tax?.enabled === true,
  taxIds: tax_id_collection?.enabled === true,
  savesAddress: customer_update?.address === "auto",
  savesName: customer_update?.name === "auto",
});

function discountOf(account: Account, { allow_promotion_codes, discounts, customer }: Params) {
  if (allow_promotion_codes && discounts) {
    throw invalid("You may only specify one of these parameters: allow_promotion_codes, discounts.", {
      param: "allow_promotion_codes",
    });
  }
  const [named] = discounts ?? [];
  return named ? redeemable(account, named, "discounts[0]", customer ?? null) : null;
}

function endOf(account: Account, { expires_at = account.now() + day }: Params): number {
  if (expires_at >= account.now() + minSeconds && expires_at <= account.now() + day) return expires_at;
  throw invalid("The `expires_at` timestamp must be between 30 minutes and 24 hours from now.", {
    param: "expires_at",
  });
}

function linesOf(account: Account, items: NonNullable<Params["line_items"]>): CheckoutFacts["lines"] {
  if (items.length === 0) {
    throw invalid("Missing required param: line_items.", { code: "parameter_missing", param: "line_items" });
  }
  // https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items
  if (items.length > maxLines) {
    throw invalid(`A subscription can have up to ${maxLines} line items with recurring prices.`, {
      param: "line_items",
    });
  }
  return items.map(({ price: id = "", quantity, adjustable_quantity }, index) => {
    const param = `line_items[${index}]`;
    // threat: Stripe's stand-in sells a line without its quantity, or none of it
    if (quantity === undefined) throw invalid(`Quantity is required. Add \`quantity\` to \`${param}\``, { param });
    if (quantity < 1) {
      const message = "This value must be greater than or equal to 1.";
      throw invalid(message, { code: "parameter_invalid_integer", param: `${param}[quantity]` });
    }
    recurringOf(usablePrice(account, id, `${param}[price]`), param);
    if (!adjustable_quantity?.enabled) return { price: id, quantity, adjustable: null };
    const { minimum = 0, maximum = usualMaximum } = adjustable_quantity;
    if (minimum > quantity || maximum < quantity) {
      throw invalid("The quantity must be between the minimum and the maximum of `adjustable_quantity`.", {
        param: `${param}[adjustable_quantity]`,
      });
    }
    return { price: id, quantity, adjustable: { minimum, maximum } };
  });
}

/** The ways to pay that are turned on and wanted: https://docs.stripe.com/payments/payment-methods/dynamic-payment-methods */
function typesOf({ allowed_payment_method_types: allowed = ["card"] }: Params): string[] {
  const types = ["card", ...debits].filter((type) => allowed.includes(type));
  if (types.length > 0) return types;
  throw invalid("No payment method types enabled are available.", { param: "allowed_payment_method_types" });
}

/** Returns the tax that is added, once the customer's country is known. */
function taxOf(account: Account, { automatic_tax, customer }: CheckoutSession, price: Price, net: number): number {
  const country = account.state.customers.get(customer ?? "")?.address?.country;
  return automatic_tax.enabled && customer && country ? addedOf(taxesOn(account, customer, price, net)) : 0;
}

/** The sums, after any change. */
export function total(account: Account, session: CheckoutSession): void {
  const items = lineItems(account, session);
  const sum = (of: (item: Objects["item"]) => number) => items.reduce((all, item) => all + of(item), 0);
  session.amount_subtotal = sum((item) => item.amount_subtotal);
  session.amount_total = sum((item) => item.amount_total);
  session.total_details = {
    amount_discount: sum((item) => item.amount_discount),
    amount_shipping: 0,
    amount_tax: sum((item) => item.amount_tax),
  };
  const { discount } = factsOf(account, session);
  session.discounts = discount ? [{ coupon: discount.coupon, promotion_code: discount.promotionCode }] : [];
}
