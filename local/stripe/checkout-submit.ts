import type Stripe from "stripe";
import { type Account, change, day, timeOf } from "./account.ts";
import * as Card from "./card.ts";
import { factsOf, total } from "./checkout.ts";
import * as Customer from "./customer.ts";
import { redeemable } from "./promotion.ts";
import { invalid, type Refusal } from "./refusal.ts";
import { begin } from "./subscription.ts";
import type { CheckoutSession, Customer as CustomerObject } from "./wire.ts";

/**
 * Changes quantities, within what the session allows.
 * @throws Refusal with a sentence for the person
 */
export function setQuantities(account: Account, session: CheckoutSession, quantities: number[]): void {
  for (const [index, line] of factsOf(account, session).lines.entries()) {
    const quantity = quantities[index];
    if (quantity === undefined || !line.adjustable || quantity === line.quantity) continue;
    const { minimum, maximum } = line.adjustable;
    // threat: a checkout of Stripe's stand-in sells fewer seats than are used
    if (!Number.isInteger(quantity) || quantity < minimum || quantity > maximum) {
      throw invalid(`Choose a quantity from ${minimum} to ${maximum}.`, { param: "quantity" });
    }
    line.quantity = quantity;
  }
  total(account, session);
}

/**
 * Applies a promotion code that a person typed.
 * @throws Refusal with a sentence for the person
 */
export function applyCode(account: Account, session: CheckoutSession, code: string): void {
  const found = [...account.state.promotionCodes.values()].findLast(
    (one) => one.code.toLowerCase() === code.trim().toLowerCase(),
  );
  if (!found || !session.allow_promotion_codes) throw invalid("This code is invalid.", { param: "code" });
  const named = { promotion_code: found.id };
  factsOf(account, session).discount = redeemable(account, named, "discounts[0]", session.customer);
  total(account, session);
}

export function dropCode(account: Account, session: CheckoutSession): void {
  factsOf(account, session).discount = null;
  total(account, session);
}

export type Typed = {
  card: string;
  email?: string | undefined;
  name?: string | undefined;
  address?: Stripe.AddressParam | undefined;
  taxId?: { type: Stripe.CustomerCreateTaxIdParams["type"]; value: string } | undefined;
};

/**
 * Charges the person's card: completes the session, or waits for the card's authentication.
 * @throws Refusal with a sentence for the person; the session stays open
 */
export function submit(account: Account, session: CheckoutSession, typed: Typed): "complete" | "authenticate" {
  const customer = session.customer ?? makeCustomer(account, session, typed).id;
  session.customer = customer;
  saveTyped(account, session, customer, typed);
  const method = Card.typedCard(account, typed.card, null);
  const outcome = Card.pay(account, method.id);
  // threat: a checkout of Stripe's stand-in is paid with a card that is declined
  if (!outcome.paid && !outcome.action && !outcome.processing) throw outcome.error;
  if (!session.payment_method_types.includes(method.type)) throw invalid("Choose one of the ways to pay.");
  Card.attach(account, method.id, customer);
  if (outcome.paid || outcome.processing) {
    complete(account, session, method.id, false);
    return "complete";
  }
  factsOf(account, session).waiting = { method: method.id };
  return "authenticate";
}

/**
 * The holder's answer to the bank.
 * @throws Refusal if it is no; the session stays open
 */
export function authenticate(account: Account, session: CheckoutSession, agreed: boolean): void {
  const facts = factsOf(account, session);
  const { waiting } = facts;
  facts.waiting = null;
  if (!waiting) throw invalid("There is nothing to authenticate.");
  // threat: a declined authentication pays at Stripe's stand-in
  if (!agreed) throw authenticationFailed();
  complete(account, session, waiting.method, true);
}

export const authenticationFailed = (): Refusal =>
  invalid("We are unable to authenticate your payment method. Choose a different one and try again.", {
    code: "payment_intent_authentication_failure",
  });

function complete(account: Account, session: CheckoutSession, method: string, confirmed: boolean): void {
  const { lines, trialDays, discount, metadata } = factsOf(account, session);
  const customer = Customer.get(account, session.customer ?? "");
  const now = timeOf(account, customer.id);
  const subscription = begin(account, {
    customer: customer.id,
    items: lines.map(({ price, quantity }) => ({ price, quantity })),
    trialEnd: trialDays === null ? null : now + trialDays * day,
    method,
    discounts: discount
      ? [discount.promotionCode ? { promotion_code: discount.promotionCode } : { coupon: discount.coupon }]
      : [],
    metadata,
    behavior: "error_if_incomplete",
    confirmed,
    taxed: session.automatic_tax.enabled,
  });
  change(account, "checkout.session.completed", session, (one) => {
    one.status = "complete";
    one.url = null;
    const isProcessing = account.state.debits.has(subscription.latest_invoice ?? "");
    one.payment_status = one.amount_total === 0 ? "no_payment_required" : isProcessing ? "unpaid" : "paid";
    one.subscription = subscription.id;
    one.invoice = subscription.latest_invoice;
    one.customer_details = detailsOf(account, customer);
  });
}

function detailsOf(account: Account, customer: CustomerObject): NonNullable<CheckoutSession["customer_details"]> {
  return {
    address: customer.address ?? null,
    business_name: null,
    email: customer.email,
    individual_name: null,
    name: customer.name ?? null,
    phone: customer.phone ?? null,
    tax_exempt: "none",
    tax_ids: Customer.taxIdsOf(account, customer.id).map(({ type, value }) => ({ type, value })),
  };
}

function makeCustomer(account: Account, { customer_email }: CheckoutSession, { email }: Typed): CustomerObject {
  const address = customer_email ?? email;
  if (!address) throw invalid("Enter your email address.", { param: "email" });
  return Customer.create(account, { email: address });
}

function saveTyped(account: Account, session: CheckoutSession, customer: string, typed: Typed): void {
  const { savesAddress, savesName } = factsOf(account, session);
  const address = savesAddress ? typed.address : undefined;
  const name = savesName ? typed.name : undefined;
  Customer.update(account, { ...(address && { address }), ...(name && { name }) }, customer);
  if (typed.taxId && session.tax_id_collection?.enabled) {
    Customer.createTaxId(account, typed.taxId, customer);
  }
  total(account, session);
}
