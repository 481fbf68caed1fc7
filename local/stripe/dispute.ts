import type Stripe from "stripe";
import { type Account, change, day, emit, newId, timeOf } from "./account.ts";
import { isWithin, page } from "./list.ts";
import { chargeOf } from "./refund.ts";
import { invalid, missing } from "./refusal.ts";
import { moved, transactionOf } from "./transaction.ts";
import type { BalanceTransaction, Dispute } from "./wire.ts";

// Payments that their payers dispute with their banks: https://docs.stripe.com/disputes/how-disputes-work

const daysToAnswer = 20;
/** Of each dispute, in the smallest unit of the currency. It is Stripe's, and no part of the payment. */
const fee = 1_500;
const answerable = ["needs_response", "warning_needs_response"];

type Wanted = {
  /** Less than what is left of the payment. */
  amount?: number | undefined;
  /** The bank only asks, and reverses nothing yet: https://docs.stripe.com/disputes/how-disputes-work#inquiries */
  isInquiry?: boolean | undefined;
};

// Functions

/** Disputes the payment of an invoice. No call of Stripe does so: a bank does, or a test card. */
export function open(account: Account, invoice: string, { amount, isInquiry = false }: Wanted = {}): Dispute {
  const charge = chargeOf(account, `ch_${invoice.slice(3)}`);
  if (!charge) throw missing("charge", `ch_${invoice.slice(3)}`);
  const left = charge.amount - charge.amount_refunded;
  if ((amount ?? left) <= 0 || (amount ?? left) > left) throw invalid("So much is not left of this payment.");
  const id = newId("du");
  const created = timeOf(account, charge.customer);
  const made = account.contract.make("dispute", {
    id,
    amount: amount ?? left,
    charge: charge.id,
    created,
    currency: charge.currency,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    reason: "fraudulent",
    is_charge_refundable: isInquiry,
    status: isInquiry ? "warning_needs_response" : "needs_response",
  });
  made.evidence_details.due_by = created + daysToAnswer * day;
  account.state.disputes.set(id, made);
  emit(account, "charge.dispute.created", made);
  if (!isInquiry) reverse(account, made);
  return made;
}

export function get({ state }: Account, id: string): Dispute {
  const found = state.disputes.get(id);
  if (!found) throw missing("dispute", id);
  return found;
}

export function list(account: Account, params: Stripe.DisputeListParams) {
  const { charge, payment_intent: intent, created } = params;
  const wanted = [...account.state.disputes.values()].filter(
    (one) =>
      (charge === undefined || one.charge === charge) &&
      (intent === undefined || one.payment_intent === intent) &&
      isWithin(one.created, created),
  );
  return page(wanted, "/v1/disputes", params);
}

/**
 * Submits evidence. As in Stripe's test mode, its words decide: https://docs.stripe.com/testing#evidence. Any others leave
 * it to the bank.
 */
export function update(account: Account, params: Stripe.DisputeUpdateParams, id: string): Dispute {
  const found = get(account, id);
  const { evidence: { uncategorized_text: text } = {}, submit = true } = params;
  if (!answerable.includes(found.status)) throw invalid("This dispute is already closed.");
  change(account, "charge.dispute.updated", found, (one) => {
    one.evidence.uncategorized_text = text ?? one.evidence.uncategorized_text;
    one.evidence_details.has_evidence = true;
    if (submit) one.evidence_details.submission_count++;
    if (submit) one.status = one.status === "needs_response" ? "under_review" : "warning_under_review";
  });
  if (!submit) return found;
  if (text === "escalate_inquiry_evidence" && found.status === "warning_under_review") escalate(account, found);
  if (text === "winning_evidence") end(account, found, "won");
  if (text === "losing_evidence") end(account, found, "lost");
  return found;
}

/** Accepts it. */
export function close(account: Account, _params: object, id: string): Dispute {
  const found = get(account, id);
  if (!answerable.includes(found.status)) throw invalid("This dispute is already closed.");
  end(account, found, "lost");
  return found;
}

/** Ends it: the payment comes back if it is won. An inquiry is closed in either case. */
function end(account: Account, dispute: Dispute, outcome: "won" | "lost"): void {
  const isInquiry = dispute.balance_transactions.length === 0;
  change(account, "charge.dispute.closed", dispute, (one) => {
    one.status = isInquiry ? "warning_closed" : outcome;
    const back = transactionFor(account, one, `${transactionOf(one.id)}back`, one.amount);
    if (outcome === "won" && !isInquiry) one.balance_transactions.push(back);
  });
}

/** The bank reverses what it has only asked for. */
function escalate(account: Account, dispute: Dispute): void {
  change(account, "charge.dispute.updated", dispute, (one) => {
    one.status = "needs_response";
    one.is_charge_refundable = false;
  });
  reverse(account, dispute);
}

function reverse(account: Account, dispute: Dispute): void {
  dispute.balance_transactions.push(transactionFor(account, dispute, transactionOf(dispute.id), -dispute.amount));
}

function transactionFor(account: Account, dispute: Dispute, id: string, amount: number): BalanceTransaction {
  const created = timeOf(account, chargeOf(account, dispute.charge)?.customer ?? null);
  const { currency, id: source } = dispute;
  const category = amount < 0 ? "dispute" : "dispute_reversal";
  const more = { currency, source, category, type: "adjustment", created, fee: amount < 0 ? fee : 0 } as const;
  return moved(account, { id, amount, ...more });
}
