import { type Command, nameOf } from "./commands.ts";
import { paidFor } from "./duplicate.ts";
import { BillingDuplicateRefunded } from "./events.ts";
import type { Decision, Facts } from "./facts.ts";
import { invoiceIn, type Snapshot } from "./observe.ts";
import type { Row, Unused } from "./row.ts";
import { isLeft, type Period, periodOf } from "./subscriptions.ts";

// What is left of a paid period when its organization is deleted, where the deployment returns it to those who paid.

type Part = Unused["parts"][number];

/** Returns what is to be returned once the subscription is canceled: Stripe computes it only before. */
export function keepUnused({ row, snapshot, winner, debits, organizationRow }: Facts): Decision | undefined {
  const { unused } = snapshot;
  if (!winner || !unused || unused.subscription !== winner.id || row.unused?.subscription === winner.id) return;
  // threat: a period that is not to be returned is returned to its card
  if (!isLeft(winner, { row, debits }, snapshot, organizationRow.deletedAt)) return;
  const parts = partsOf(periodOf(winner), snapshot, unused.amount);
  const next = { ...row, unused: { subscription: winner.id, currency: unused.currency, parts } };
  return { write: { next, steps: [] } };
}

/** Returns what is sent back of the payments for a period, the newest first: as much as each has paid at most. */
export function partsOf({ id, ends }: Period, { invoices }: Pick<Snapshot, "invoices">, amount: number): Part[] {
  const parts: Part[] = [];
  let left = amount;
  for (const invoice of invoices) {
    const isOfPeriod = invoice.lines.some((line) => line.subscription === id && ends.includes(line.periodEnd));
    // threat: what a payment has returned already is returned again
    if (!isOfPeriod || invoice.status !== "paid" || invoice.returned > 0) continue;
    const paid = paidFor(invoice);
    const part = Math.min(left, paid.amount);
    if (part <= 0) continue;
    const card = Math.min(part, paid.byCard);
    parts.push({ invoice: invoice.id, card, balance: part - card });
    left -= part;
  }
  return parts;
}

/** Returns the next part to return of a subscription that has ended; or what has become of one that was sent. */
export function returnUnused({ row, snapshot, active, answers, isDeleted, ...by }: Facts): Decision | undefined {
  const { unused, ...rest } = row;
  if (!unused) return;
  // threat: a subscription that goes on after all is returned to its card
  if (active.some(({ id }) => id === unused.subscription)) {
    return isDeleted ? undefined : { write: { next: rest, steps: [] } };
  }
  const [part, ...parts] = unused.parts;
  if (!part) return { write: { next: rest, steps: [] } };
  const left: Row = parts.length > 0 ? { ...rest, unused: { ...unused, parts } } : rest;
  const command: Command = { do: "return", ...part };
  const answer = answers.get(nameOf(command))?.is;
  const amount = part.card + part.balance;
  // threat: what was returned is sent again because the answer of Stripe was lost
  if (answer === "done" || (invoiceIn(snapshot, part.invoice)?.returned ?? 0) >= amount) {
    const { refunded = [] } = row;
    const to = part.card > 0 ? ("card" as const) : ("balance" as const);
    const data = { invoice: part.invoice, amount, currency: unused.currency, to };
    const event = BillingDuplicateRefunded.record(by.organization, data, by.actor);
    return { write: { next: { ...left, refunded: [...refunded, part.invoice] }, steps: [event] } };
  }
  // threat: what Stripe refuses to return is forgotten
  if (answer === "refused") return { write: { next: asPayment(left, unused, part), steps: [] } };
  return answer === undefined ? { commands: [command] } : undefined;
}

/** Returns the row with a part as a payment that somebody has to return, as others that bought nothing. */
function asPayment(row: Row, { subscription, currency }: Unused, { invoice, card, balance }: Part): Row {
  const amount = card + balance;
  const payment = { subscription, invoice, amount, byCard: card, currency, isLate: true as const };
  return { ...row, duplicates: [...(row.duplicates ?? []), { ...payment, isUnreported: true as const }] };
}
