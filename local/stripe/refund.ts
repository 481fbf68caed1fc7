import type Stripe from "stripe";
import { type Account, emit, newId, timeOf } from "./account.ts";
import { unchargeable } from "./amount.ts";
import { intentOf, paymentsOf } from "./debit.ts";
import * as Invoice from "./invoice.ts";
import { isWithin, page } from "./list.ts";
import { invalid, missing, unknown } from "./refusal.ts";
import { transactionOf } from "./transaction.ts";
import type * as Wire from "./wire.ts";

// What a card has paid for an invoice, and what of it was returned: https://docs.stripe.com/refunds

/** Returns a part of a payment, or what is left of it, to the card. */
export function create(account: Account, { payment_intent: intent, amount, reason }: Stripe.RefundCreateParams) {
  const charge = intent === undefined ? undefined : chargeOf(account, `ch_${intent.slice(3)}`);
  if (!charge) throw unknown("payment_intent", intent ?? "", "payment_intent");
  return store(account, charge, { amount: amount ?? charge.amount - charge.amount_refunded, reason });
}

/** Stores the refund of a credit note. */
export const ofNote = (account: Account, { id }: Wire.Invoice, amount: number): Wire.Refund => {
  const charge = chargeOf(account, `ch_${id.slice(3)}`);
  if (!charge) throw invalid("The credit note refund amount is greater than what was charged.");
  return store(account, charge, { amount, reason: undefined });
};

type Wanted = { amount: number; reason: Stripe.RefundCreateParams["reason"] };

function store(account: Account, charge: Wire.Charge, { amount, reason }: Wanted): Wire.Refund {
  if (charge.refunded) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, { code: "charge_already_refunded" });
  }
  // threat: the stand-in refunds what a bank has already reversed
  if (isWithheld(account, charge)) {
    const message = `Charge ${charge.id} has been charged back; cannot issue a refund.`;
    throw invalid(message, { code: "charge_disputed" });
  }
  const refusal = unchargeable(amount, charge.currency);
  // threat: the stand-in refunds fractions that cards in a currency do not know
  if (refusal) throw refusal;
  // threat: the stand-in returns more than was charged
  if (amount > charge.amount - charge.amount_refunded) {
    throw invalid("Refund amount is greater than unrefunded amount on charge.", { param: "amount" });
  }
  const id = newId("re");
  const refund = account.contract.make("refund", {
    id,
    amount,
    balance_transaction: transactionOf(id),
    charge: charge.id,
    created: timeOf(account, charge.customer ?? ""),
    currency: charge.currency,
    customer: charge.customer,
    payment_intent: charge.payment_intent,
    reason: reason ?? null,
    status: "succeeded",
  });
  account.state.refunds.set(refund.id, refund);
  const after = chargeOf(account, charge.id);
  if (after) emit(account, "charge.refunded", after);
  return refund;
}

/** The charge of an invoice that a card or a bank has paid. */
export function chargeOf(account: Account, id: string): Wire.Charge | undefined {
  const invoice = account.state.invoices.get(`in_${id.slice(3)}`);
  if (invoice?.status !== "paid" || invoice.amount_paid === 0) return;
  const refunds = [...account.state.refunds.values()].filter(({ charge }) => charge === id);
  const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0);
  const { amount_paid: amount, currency, customer } = invoice;
  const created = invoice.status_transitions.paid_at ?? invoice.created;
  const disputed = [...account.state.disputes.values()].some(({ charge }) => charge === id);
  const money = { amount, amount_captured: amount, amount_refunded: refunded, refunded: refunded === amount, disputed };
  const paid = { captured: true, paid: true, status: "succeeded" as const, payment_intent: `pi_${id.slice(3)}` };
  const more = { livemode: false, balance_transaction: transactionOf(id) };
  return account.contract.make("charge", { id, created, currency, customer, ...more, ...money, ...paid });
}

export function getCharge(account: Account, id: string): Wire.Charge {
  const found = chargeOf(account, id);
  if (!found) throw missing("charge", id);
  return found;
}

/** Returns all charges that were paid, oldest first. The stand-in keeps none that failed. */
export function charges(account: Account): Wire.Charge[] {
  const found = [...account.state.invoices.keys()].flatMap((id) => chargeOf(account, `ch_${id.slice(3)}`) ?? []);
  return found.toSorted((one, other) => one.created - other.created);
}

export function listCharges(account: Account, params: Stripe.ChargeListParams) {
  const { customer, payment_intent: intent, created } = params;
  const wanted = charges(account).filter(
    (one) =>
      (customer === undefined || one.customer === customer) &&
      (intent === undefined || one.payment_intent === intent) &&
      isWithin(one.created, created),
  );
  return page(wanted, "/v1/charges", params);
}

export function list(account: Account, params: Stripe.RefundListParams) {
  const { charge, payment_intent: intent, created } = params;
  const wanted = [...account.state.refunds.values()].filter(
    (one) =>
      (charge === undefined || one.charge === charge) &&
      (intent === undefined || one.payment_intent === intent) &&
      isWithin(one.created, created),
  );
  return page(wanted, "/v1/refunds", params);
}

/** The bank has reversed it, and may keep it: https://docs.stripe.com/error-codes#charge-disputed */
const isWithheld = ({ state }: Account, { id }: Wire.Charge): boolean =>
  [...state.disputes.values()].some(
    (one) => one.charge === id && one.status !== "won" && one.balance_transactions.length > 0,
  );

export function listPayments(account: Account, { invoice, status, ...paging }: Stripe.InvoicePaymentListParams) {
  const { data } = paymentsOf(account, Invoice.get(account, invoice ?? ""));
  const wanted = data.filter((one) => status === undefined || one.status === status);
  return page(wanted, "/v1/invoice_payments", paging);
}

/** The intent to pay an invoice, with its charge if it was paid. */
export function paidIntentOf(account: Account, id: string) {
  const intent = intentOf(account, id);
  const charge = chargeOf(account, `ch_${id.slice(3)}`);
  return intent && { ...intent, latest_charge: charge?.id ?? null };
}
