import type Stripe from "stripe";
import { type Account, change, emit, newId, timeOf } from "./account.ts";
import { collect } from "./collect.ts";
import * as Customer from "./customer.ts";
import * as Invoice from "./invoice.ts";
import { embedded, isWithin, page } from "./list.ts";
import { ofNote } from "./refund.ts";
import { invalid } from "./refusal.ts";
import type * as Wire from "./wire.ts";

/**
 * Creates a credit note. It lowers what an open invoice still wants; the rest is returned to the card, or to the
 * customer's balance: https://docs.stripe.com/api/credit_notes/create
 */
export function create(account: Account, params: Stripe.CreditNoteCreateParams): Wire.CreditNote {
  const { invoice: id, amount = 0, refund_amount: refunded = 0, credit_amount: credited = 0 } = params;
  const invoice = Invoice.get(account, id);
  const isOpen = invoice.status === "open";
  const { lowered, returned } = partsOf(account, params, invoice);
  const customer = Customer.get(account, invoice.customer ?? "");
  const noteId = newId("cn");
  const at = timeOf(account, customer.id);
  const note = account.contract.make("credit_note", {
    id: noteId,
    amount,
    created: at,
    currency: invoice.currency,
    customer: customer.id,
    effective_at: at,
    invoice: id,
    lines: embedded([], `/v1/credit_notes/${noteId}/lines`),
    memo: params.memo,
    metadata: Object.fromEntries(Object.entries(params.metadata ?? {}).map(([name, value]) => [name, String(value)])),
    number: `${invoice.number}-CN-${String(listOf(account, id).length + 1).padStart(2, "0")}`,
    pdf: `${account.url}/i/${id}/pdf`,
    post_payment_amount: returned,
    pre_payment_amount: lowered,
    reason: params.reason,
    refunds:
      refunded > 0
        ? [
            {
              amount_refunded: refunded,
              payment_record_refund: null,
              refund: ofNote(account, invoice, refunded).id,
              type: "refund",
            },
          ]
        : [],
    status: "issued",
    subtotal: amount,
    total: amount,
    type: isOpen ? "pre_payment" : "post_payment",
  });
  account.state.creditNotes.set(noteId, note);
  emit(account, "credit_note.created", note);
  change(account, "invoice.updated", invoice, (one) => {
    one.post_payment_credit_notes_amount += returned;
    one.pre_payment_credit_notes_amount += lowered;
    one.amount_due -= lowered;
    one.amount_remaining -= lowered;
  });
  if (isOpen && invoice.amount_remaining === 0) collect(account, invoice);
  if (credited > 0) {
    change(account, "customer.updated", customer, (one) => {
      one.balance -= credited;
    });
  }
  return note;
}

/** Returns how much of a credit note lowers its invoice, and how much is returned. @throws what Stripe refuses */
function partsOf(account: Account, params: Stripe.CreditNoteCreateParams, invoice: Wire.Invoice) {
  const { amount = 0, refund_amount: refunded = 0, credit_amount: credited = 0 } = params;
  const { id, status, amount_paid: paid, amount_remaining: remaining, total } = invoice;
  if (status !== "open" && status !== "paid") throw invalid("The invoice must be open or paid.", { param: "invoice" });
  if (amount <= 0) throw invalid("The credit note amount must be greater than zero.", { param: "amount" });
  const lowered = status === "open" ? Math.min(amount, remaining) : 0;
  const returned = amount - lowered;
  if (refunded + credited !== returned) {
    throw invalid("The sum of credit amount, refund amount and out of band amount must equal the credit note amount.");
  }
  const issued = listOf(account, id).filter((one) => one.status === "issued");
  const before = issued.reduce((sum, one) => sum + one.amount, 0);
  if (refunded > paid || before + amount > total) {
    throw invalid("The credit note amount is greater than the amount of the invoice that can still be credited.");
  }
  return { lowered, returned };
}

export function list(account: Account, params: Stripe.CreditNoteListParams) {
  const { invoice, customer, created } = params;
  const wanted = [...account.state.creditNotes.values()].filter(
    (one) =>
      (!invoice || one.invoice === invoice) &&
      (!customer || one.customer === customer) &&
      isWithin(one.created, created),
  );
  return page(wanted, "/v1/credit_notes", params);
}

const listOf = ({ state }: Account, invoice: string) =>
  [...state.creditNotes.values()].filter((one) => one.invoice === invoice);
