import type { Account } from "./account.ts";
import { prorate } from "./period.ts";
import type { Charge, Charged } from "./state.ts";
import type { Invoice, InvoiceLine, Subscription } from "./wire.ts";

// https://docs.stripe.com/billing/subscriptions/prorations#credit-prorations: with flexible billing, what is returned is
// part of the amount that was charged, and not of what the seats would cost now.

const unpaid: readonly (string | null)[] = ["void", "uncollectible"];

/** Remembers what an invoice charges for items. Lines are in the order of their charges. */
export function noteCharged({ state }: Account, { id }: Invoice, charges: Charge[], lines: InvoiceLine[]): void {
  for (const [index, charge] of charges.entries()) {
    const line = lines[index];
    if (!line || charge.credits) continue;
    const discount = (line.discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
    const debit = { net: charge.amount - discount, period: charge.period, invoice: id, line: line.id };
    state.charged.set(charge.item, [...(state.charged.get(charge.item) ?? []), debit]);
  }
}

/**
 * Returns what was charged for the rest of this period: by the last invoice for it, or by what waits for one. A change
 * that is not paid yet has charged nothing.
 */
export function chargedFor(
  { state }: Account,
  item: string,
  { subscription, end }: { subscription: Subscription; end: number },
): Charged | undefined {
  const unmade = subscription.pending_update ? subscription.latest_invoice : undefined;
  const waiting = [...state.pendingItems.values()].flatMap(({ charge }) =>
    charge.item === item && !charge.credits ? [{ net: charge.amount, period: charge.period }] : [],
  );
  const invoiced = (state.charged.get(item) ?? []).filter(
    ({ invoice = "" }) => invoice !== unmade && !unpaid.includes(state.invoices.get(invoice)?.status ?? null),
  );
  return [...invoiced, ...waiting].filter(({ period }) => period.end === end).at(-1);
}

/** Returns the part of a debit that is for the time from an instant. */
export const partOf = ({ net, period: { start, end } }: Charged, at: number): number =>
  prorate(net, end - at, end - start);
