import { type Account, change, day, emit, timeOf } from "./account.ts";
import * as Card from "./card.ts";
import { daysOf } from "./debit-account.ts";
import { embedded } from "./list.ts";
import { invalid } from "./refusal.ts";
import type * as Wire from "./wire.ts";

// Payments that a bank processes for days: https://docs.stripe.com/payments/payment-methods#payment-notification

/** Submits a debit: its invoice stays open until the bank answers. */
export function begin(account: Account, invoice: Wire.Invoice, method: string): void {
  const { debit } = account.state.cards.get(Card.get(account, method).id) ?? {};
  const at = timeOf(account, invoice.customer);
  account.state.debits.set(invoice.id, { method, endsAt: at + (debit ? daysOf(debit) : 0) * day });
  change(account, "invoice.updated", invoice, (one) => {
    one.attempted = true;
    one.next_payment_attempt = null;
  });
  const intent = intentOf(account, `pi_${invoice.id.slice(3)}`);
  if (intent) emit(account, "payment_intent.processing", intent);
}

/** Ends a debit. Returns whether the bank has paid, and whether what it is for was dropped. */
export function take({ state }: Account, { id }: Wire.Invoice): { isPaid: boolean; isDropped: boolean } {
  const { method = "", isDropped = false } = state.debits.get(id) ?? {};
  state.debits.delete(id);
  const card = state.cards.get(method);
  return { isPaid: card !== undefined && card.later === undefined, isDropped };
}

/** The payment of an invoice, which an answer includes where that is requested. */
export function paymentsOf(account: Account, { id, amount_due, amount_paid, created, currency, status }: Wire.Invoice) {
  const url = `/v1/invoice_payments?invoice=${id}`;
  if (amount_due === 0 || status === "draft") return embedded([], url);
  const isPaid = status === "paid";
  const payment = account.contract.make("invoice_payment", {
    id: `inpay_${id.slice(3)}`,
    amount_paid: isPaid ? amount_paid : null,
    amount_requested: amount_due,
    created,
    currency,
    invoice: id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: `pi_${id.slice(3)}`, type: "payment_intent" },
    status: isPaid ? "paid" : "open",
    status_transitions: { canceled_at: null, paid_at: isPaid ? created : null },
  });
  return embedded([payment], url);
}

/** The intent to pay an invoice. */
export function intentOf(account: Account, id: string): Wire.Objects["payment_intent"] | undefined {
  const invoice = account.state.invoices.get(`in_${id.slice(3)}`);
  if (!invoice) return;
  const isProcessing = account.state.debits.has(invoice.id);
  const status = invoice.status === "paid" ? "succeeded" : isProcessing ? "processing" : "requires_payment_method";
  const { amount_due: amount, created, currency, customer } = invoice;
  return account.contract.make("payment_intent", { id, amount, created, currency, customer, livemode: false, status });
}

export const processing = () =>
  invalid("A payment of this invoice is processing.", { code: "payment_intent_unexpected_state" });
