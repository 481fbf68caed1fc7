import type { ID } from "../base/id.ts";
import { stripe, table } from "../kernel/ports.ts";
import type { StripeInvoice, StripeSubscription } from "../kernel/stripe-port.ts";
import { isPaidAfter } from "./debit.ts";
import { type Duplicate, isLive, isSame, type Row } from "./row.ts";
import { save } from "./save.ts";

// Payments to return that a bank has not made yet: a subscription can end, and a change be dropped, before it answers.

/** It stays until an operator has refunded the payment. */
export const duplicatePaid = "duplicate_paid";
/** It stays until the bank has refused the payment, or an operator has refunded it. */
export const changeDropped = "change_dropped";

type Debit = Row["debit"];

// Functions

/** Returns the payments that a bank has made, which can be refunded. */
export function paidOf({ duplicates = [] }: Pick<Row, "duplicates">): Duplicate[] {
  return duplicates.filter(({ isProcessing }) => !isProcessing);
}

/** Returns why payments need attention: there are some to refund, or there may be for a change that was dropped. */
export function whyOf({ duplicates = [] }: Pick<Row, "duplicates">): string | undefined {
  if (paidOf({ duplicates }).some(({ operation }) => operation === undefined)) return duplicatePaid;
  // threat: operators are not told that a bank may pay for a dropped change
  return duplicates.some(({ operation }) => operation !== undefined) ? changeDropped : undefined;
}

/**
 * Returns the row with what banks have answered since: a payment that was refused is dropped.
 * @throws StripeError
 */
export async function withAnswers(organization: ID<"organization">, row: Row): Promise<Row> {
  const { duplicates = [], ...rest } = row;
  const next: Duplicate[] = [];
  for (const one of duplicates) {
    const invoice = one.isProcessing && (await stripe().invoice(one.invoice));
    // threat: a payment that a bank has refused is one to return
    if (!invoice || invoice.isProcessing) next.push(one);
    else if (invoice.status === "paid") next.push(answered(one));
  }
  if (isSame(next, duplicates)) return row;
  const known = { ...rest, ...(next.length > 0 && { duplicates: next }) };
  await table.write(save(organization, row, known));
  return { ...known, version: row.version + 1 };
}

const answered = ({ isProcessing: _, ...one }: Duplicate): Duplicate => one;

/**
 * Returns the recorded debit as a payment to return: its bank has paid after its subscription ended, or still processes
 * it beside the one that has replaced it.
 * @param debit the debit that is known now
 * @throws StripeError
 */
export async function lateOf(row: Row, found: StripeSubscription | undefined, debit: Debit): Promise<Duplicate[]> {
  const { debit: before, mirror, duplicates = [], refunded = [] } = row;
  // threat: a bank's payment after the end of a first subscription is never returned
  if (!before || !mirror || (before.invoice === debit?.invoice && !debit.isLate)) return [];
  if (found && found.id === mirror.subscription && isLive(found)) return [];
  if ([...refunded, ...duplicates.map(({ invoice }) => invoice)].includes(before.invoice)) return [];
  const invoice = await stripe().invoice(before.invoice);
  const { endedAt } = found?.id === mirror.subscription ? found : mirror;
  const isLate = invoice.isProcessing || isPaidAfter(invoice, endedAt);
  // threat: a payment in time is returned because it is seen late
  // threat: owners are not told of a payment that came too late
  return isPayment(invoice) && isLate ? [{ ...duplicateOf(mirror.subscription, invoice), isUnreported: true }] : [];
}

/** Returns whether an invoice was paid, or will be if its bank does not refuse. */
export const isPayment = ({ status, isProcessing, total }: StripeInvoice): boolean =>
  // threat: a bank's payment for a canceled subscription is never returned
  (status === "paid" || isProcessing) && total > 0;

export function duplicateOf(subscription: string, one: StripeInvoice): Duplicate {
  const { id: invoice, isProcessing, total: amount, due: byCard, currency } = one;
  return { subscription, invoice, amount, byCard, currency, ...(isProcessing && { isProcessing: true as const }) };
}

/** Returns whether a bank processes a payment of a customer. */
export async function hasProcessing(customer: string): Promise<boolean> {
  const { items } = await stripe().invoices(customer);
  for (const { id, status } of items) {
    if (status === "open" && (await stripe().invoice(id)).isProcessing) return true;
  }
  return false;
}
