import type Stripe from "stripe";
import { type Account, change, emit, newId, timeOf } from "./account.ts";
import { detailsOf, testAccounts } from "./debit-account.ts";
import { cardError, invalid, missing, type Refusal, unknown } from "./refusal.ts";
import type { Card, Decline } from "./state.ts";
import type { Customer, PaymentMethod, Subscription } from "./wire.ts";

const declines: Record<Decline, readonly [code: string, message: string]> = {
  generic_decline: ["card_declined", "Your card was declined."],
  insufficient_funds: ["card_declined", "Your card has insufficient funds."],
  expired_card: ["expired_card", "Your card has expired."],
  incorrect_cvc: ["incorrect_cvc", "Your card's security code is incorrect."],
  processing_error: ["processing_error", "An error occurred while processing your card. Try again in a little bit."],
};

const cards: Record<string, Card> = {
  pm_card_visa: { number: "4242424242424242" },
  pm_card_mastercard: { number: "5555555555554444" },
  pm_card_visa_chargeDeclined: { number: "4000000000000002", atOnce: "generic_decline" },
  pm_card_visa_chargeDeclinedInsufficientFunds: { number: "4000000000009995", atOnce: "insufficient_funds" },
  pm_card_chargeDeclinedExpiredCard: { number: "4000000000000069", atOnce: "expired_card" },
  pm_card_chargeDeclinedIncorrectCvc: { number: "4000000000000127", atOnce: "incorrect_cvc" },
  pm_card_chargeDeclinedProcessingError: { number: "4000000000000119", atOnce: "processing_error" },
  pm_card_chargeCustomerFail: { number: "4000000000000341", later: "generic_decline" },
  pm_card_createDispute: { number: "4000000000000259", disputes: "dispute" },
  pm_card_createDisputeInquiry: { number: "4000000000001976", disputes: "inquiry" },
  pm_card_authenticationRequiredOnSetup: { number: "4000002500003155", authenticates: "once" },
  pm_card_authenticationRequired: { number: "4000002760003184", authenticates: "always" },
  ...testAccounts,
};

/** For a person who types one. */
export const testCards = [
  { number: "4242424242424242", text: "Pays" },
  { number: "4000002500003155", text: "Asks for authentication once" },
  { number: "4000002760003184", text: "Asks for authentication each time" },
  { number: "4000000000000341", text: "Can be saved; payments fail" },
  { number: "4000000000000259", text: "Pays, and disputes each payment" },
  { number: "4000000000000002", text: "Declined" },
  { number: "4000000000009995", text: "Declined: insufficient funds" },
  { number: "4000000000000069", text: "Declined: expired" },
];

const expiryYears = 5;

export type Outcome =
  | { paid: true; processing?: false }
  | { paid: false; action: boolean; processing?: false; error: Refusal }
  /** The bank answers in some days. */
  | { paid: false; action: false; processing: true };

/**
 * Returns whether a card pays. With its holder present, one that must be authenticated requests that; `confirmed` is
 * the holder's confirmation.
 */
export function pay(account: Account, method: string, { confirmed = false } = {}): Outcome {
  const card = account.state.cards.get(method);
  if (card?.debit && !card.atOnce) return { paid: false, action: false, processing: true };
  const decline = card?.atOnce ?? card?.later;
  if (!card) return { paid: false, action: false, error: detached() };
  if (decline) return { paid: false, action: false, error: declined(decline) };
  if (card.authenticates && !confirmed) {
    const message = "This payment requires additional user action before it can be completed successfully.";
    const error = cardError(message, { code: "invoice_payment_intent_requires_action" });
    return { paid: false, action: true, error };
  }
  if (card.authenticates === "once") delete card.authenticates;
  return { paid: true };
}

/**
 * Returns the card with a typed number.
 * @throws Refusal if there is none, or it is declined at once
 */
export function typedCard(account: Account, number: string, customer: string | null): PaymentMethod {
  const digits = number.replaceAll(/[\s-]/g, "");
  const card = Object.values(cards).find((one) => one.number === digits);
  if (!card) throw cardError("Your card number is invalid.", { code: "incorrect_number" });
  if (card.atOnce) throw declined(card.atOnce);
  return create(account, card, customer);
}

/** `pm_card_…` becomes a payment method of its own, like a card that was saved before. */
export function attach(account: Account, id: string, customer: string): PaymentMethod {
  if (!account.state.customers.has(customer)) throw unknown("customer", customer, "customer");
  const test = cards[id];
  if (test?.atOnce) throw declined(test.atOnce);
  const method = test ? create(account, test, null) : get(account, id);
  if (!account.state.cards.has(method.id)) throw detached();
  method.customer = customer;
  emit(account, "payment_method.attached", method);
  return method;
}

export function detach(account: Account, id: string): PaymentMethod {
  const method = get(account, id);
  const customer = account.state.customers.get(method.customer ?? "");
  // threat: in the stand-in a detached card pays
  account.state.cards.delete(id);
  change(account, "payment_method.detached", method, (one) => {
    one.customer = null;
  });
  if (customer?.invoice_settings.default_payment_method === id) {
    change(account, "customer.updated", customer, (one) => {
      one.invoice_settings.default_payment_method = null;
    });
  }
  return method;
}

export function get({ state }: Account, id: string): PaymentMethod {
  const method = state.paymentMethods.get(id);
  if (!method) throw missing("PaymentMethod", id, "payment_method");
  return method;
}

/**
 * Returns a card of this customer.
 * @throws Refusal if it is somebody else's or nobody's
 */
export function owned(account: Account, id: string, customer: string, param: string): string {
  const method = cards[id] ? attach(account, id, customer) : account.state.paymentMethods.get(id);
  if (method?.customer !== customer) throw unknown("PaymentMethod", id, param);
  return method.id;
}

/** Changes when a card expires, as its holder or its bank does. */
export function update(account: Account, { card }: Stripe.PaymentMethodUpdateParams, id: string): PaymentMethod {
  const method = get(account, id);
  change(account, "payment_method.updated", method, (one) => {
    if (one.card && card?.exp_month) one.card.exp_month = card.exp_month;
    if (one.card && card?.exp_year) one.card.exp_year = card.exp_year;
  });
  return method;
}

/** Returns what pays for a subscription. */
export function defaultOf(customer: Customer, subscription?: Subscription): string | null {
  return subscription?.default_payment_method ?? customer.invoice_settings.default_payment_method;
}

/** https://docs.stripe.com/api/payment_methods/detach: it neither pays nor is attached again. */
const detached = () =>
  invalid(
    "This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.",
    { param: "payment_method" },
  );

function declined(decline: Decline): Refusal {
  const [code, message] = declines[decline];
  return cardError(message, { code, ...(code === "card_declined" && { decline_code: decline }) });
}

function create(account: Account, card: Card, customer: string | null): PaymentMethod {
  const { state, contract } = account;
  const created = timeOf(account, customer);
  const id = newId("pm");
  const method = contract.make("payment_method", {
    id,
    created,
    customer,
    type: card.debit ?? "card",
    livemode: false,
    metadata: {},
  });
  state.paymentMethods.set(id, method);
  state.cards.set(id, { ...card });
  if (card.debit) return Object.assign(method, detailsOf(card.debit, card.number));
  const brand = card.number.startsWith("5") ? "mastercard" : "visa";
  method.card = {
    brand,
    checks: null,
    country: "US",
    display_brand: brand,
    exp_month: 12,
    exp_year: new Date(created * 1_000).getUTCFullYear() + expiryYears,
    funding: "credit",
    generated_from: null,
    last4: card.number.slice(-4),
    networks: null,
    regulated_status: null,
    three_d_secure_usage: null,
    wallet: null,
  };
  return method;
}
