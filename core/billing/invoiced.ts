import { plans } from "../kernel/ports.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import type { InvoicedSeats } from "../plan/shape.ts";
import { type Command, nameOf, unsent } from "./commands.ts";
import type { Decision, Facts, Given, StateOfChange } from "./facts.ts";
import { seatItemOf } from "./mirror.ts";
import { invoiceIn, invoicesFor, type Snapshot } from "./observe.ts";
import { isLive, type Mirror, type Op } from "./row.ts";

// Changes that are paid by an invoice which is sent. Stripe makes such a change at once, and it has no pending update for
// it: https://docs.stripe.com/billing/subscriptions/pending-updates#before-you-begin

const givenUp: readonly string[] = ["void", "uncollectible"];

// Functions

/** Returns when the seats count that a subscription is invoiced for, if its invoices are sent. */
export const invoicedSeatsOf = ({ daysUntilDue }: Pick<Mirror, "daysUntilDue">): InvoicedSeats | undefined =>
  daysUntilDue === undefined ? undefined : (plans().invoicedSeats ?? "paid");

/** Returns the mirror with the seats that count: those of an invoice that is not paid do not yet. */
export function asCounted(mirror: Mirror, { op: made }: StripeSubscription, op: Op | undefined): Mirror {
  const isUnpaid = op?.invoiced === "paid" && op.id === made && isLive(mirror);
  // threat: seats count before their invoice is paid
  return isUnpaid ? { ...mirror, quantity: Math.min(mirror.quantity, op.from) } : mirror;
}

/** Returns what has become of a change that Stripe has made, by its invoice. Without one, it costs nothing. */
export function stateOfInvoiced(op: Op, found: StripeSubscription, { snapshot, answers }: Given): StateOfChange {
  const invoice = op.invoiced && invoiceOf(op, found, snapshot);
  if (!invoice || invoice.status === "paid") return "made";
  // threat: seats that are invoiced late count although their subscription has ended
  if (!isLive(found)) return "over";
  if (invoice.status === "draft" && !answers.has(nameOf(finalizing(invoice)))) return "drafted";
  if (op.invoiced === "at_once" || isRenewed(op, found, snapshot)) return "made";
  return givenUp.includes(invoice.status) ? "givenUp" : "waits";
}

/** Returns the invoice of a change, whatever has become of it. */
export function invoiceOf(op: Op, { id, latestInvoice }: StripeSubscription, snapshot: Snapshot) {
  const known = invoiceIn(snapshot, op.invoice);
  const own = invoicesFor(snapshot, id).filter(({ createdAt }) => createdAt >= op.prorationAt);
  return known ?? [invoiceIn(snapshot, latestInvoice), ...own].find((one) => one && isOf(op, one));
}

/** Returns whether an invoice has a line of a change. */
export const isOf = ({ prorationAt }: Op, { lines }: StripeInvoice): boolean =>
  lines.some(({ isProration, periodStart }) => isProration && periodStart === prorationAt);

/** Returns whether a later period is paid with the seats of a change, although its own invoice is not. */
const isRenewed = ({ to, price, prorationAt }: Op, { id }: StripeSubscription, snapshot: Snapshot): boolean =>
  invoicesFor(snapshot, id).some(
    ({ status, lines }) =>
      status === "paid" &&
      // threat: seats that a renewal has paid are withheld, because their first invoice is open
      lines.some(
        (one) => !one.isProration && one.periodStart > prorationAt && one.quantity === to && one.price === price,
      ),
  );

/** Returns the command that finalizes the invoice of a change, which Stripe would leave as a draft for an hour. */
export function sendingInvoice(
  { snapshot }: Facts,
  op: Op,
  found: StripeSubscription | undefined,
): Decision | undefined {
  const invoice = found && invoiceOf(op, found, snapshot);
  return invoice && { commands: [finalizing(invoice)] };
}

const finalizing = ({ id: invoice }: StripeInvoice): Command => ({ do: "finalize", invoice });

/**
 * Returns the command that takes seats away at Stripe whose invoice was given up. Nothing is charged or credited for the
 * period of that invoice; if a later one has begun, Stripe credits the rest of it. What somebody has set at Stripe since
 * stays.
 */
export function reverting(
  { row, snapshot }: Facts,
  op: Op,
  found: StripeSubscription | undefined,
): Decision | undefined {
  const item = found && seatItemOf(found, row.mirror);
  const invoice = found && invoiceOf(op, found, snapshot);
  if (!item || !invoice) return;
  // threat: a customer is credited for seats whose invoice was never paid
  // threat: seats of a period that is invoiced are taken away without a credit
  const isCredited = op.prorationAt < item.periodStart;
  // threat: seats that somebody has set at Stripe are taken away with those of a change
  const isAsMade = item.quantity === op.to;
  const seats = isAsMade ? { seats: { item: item.id, quantity: op.from, isCredited } } : {};
  const { write } = noting(row, op, invoice);
  // known before: the change is not sent again once Stripe does not name it anymore
  // threat: a change whose seats were taken away is sent again
  return { ...(write && { write }), commands: [{ do: "revert", subscription: op.subscription, ...seats }] };
}

/** Returns what is to be recorded of an invoice that is waited for, if that is not known yet. */
export function noting(row: Facts["row"], op: Op, { id: invoice, dueAt, createdAt }: StripeInvoice): Decision {
  const waitsUntil = dueAt ?? createdAt;
  if (op.invoice === invoice && op.waitsUntil === waitsUntil) return {};
  return { write: { next: { ...row, op: { ...op, waitsUntil, invoice } }, steps: [] } };
}

/** Returns the command that voids the invoice of a change that is dropped, as long as somebody could pay it. */
export function voiding(
  { snapshot, answers }: Pick<Facts, "snapshot" | "answers">,
  op: Op,
  found: StripeSubscription | undefined,
): Command[] {
  // threat: the invoice of a change that waited is paid although its customer was deleted at Stripe
  const invoice = found ? invoiceOf(op, found, snapshot) : invoiceIn(snapshot, op.invoice);
  if (!invoice || invoice.isProcessing || !payable.includes(invoice.status)) return [];
  // threat: an invoice for seats that were dropped stays open, and is paid
  return unsent([{ do: "void", invoice: invoice.id, isDraft: invoice.status === "draft" }], answers);
}

const payable: readonly string[] = ["draft", "open", "uncollectible"];
