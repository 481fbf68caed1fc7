import { instant, plans, stripe } from "../kernel/ports.ts";
import type { StripeDispute, StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { Amount, StripeCheckout, StripeSubscription } from "../kernel/stripe-port.ts";
import { isLive, type Row } from "./row.ts";

// What Stripe has of an organization at one moment. All that follows is decided from it, and from nothing read later.

export type Snapshot = {
  at: string;
  /** All of the customer, ended ones included, newest first. */
  subscriptions: readonly StripeSubscription[];
  /** The newest of the customer, then those that the row names. An open one has its payments. */
  invoices: readonly StripeInvoice[];
  /** Those that can still be paid. They are read only where all of them must end. */
  checkouts: readonly StripeCheckout[];
  /** Those that are recorded and not decided, and the one that an event named. */
  disputes: readonly StripeDispute[];
  /** The rest of the paid period of the recorded subscription. It is read only where it is to be returned. */
  unused?: { subscription: string } & Amount;
};

// Functions

/**
 * Reads it: what can be paid first, what was paid last, so that nothing that happens in between is missed.
 * @param isEnding everything of the organization must end
 * @param dispute the one of its payments that an event named
 * @throws StripeError
 */
export async function observe(row: Row, isEnding: boolean, dispute?: string): Promise<Snapshot> {
  const checkouts = isEnding ? await stripe().openCheckouts(row.customer) : [];
  const subscriptions = await stripe().subscriptionsOf(row.customer);
  const invoices = await invoicesAt(row, subscriptions, isEnding && subscriptions.some(isLive));
  const disputes = await disputesAt(row, dispute);
  const unused = isEnding ? await unusedAt(row, subscriptions) : {};
  return { at: instant(), subscriptions, invoices, checkouts, disputes, ...unused };
}

async function unusedAt({ mirror, unused }: Row, subscriptions: readonly StripeSubscription[]) {
  const recorded = subscriptions.find(({ id }) => id === mirror?.subscription);
  if (plans().unusedTime !== "refunded" || !recorded || !isLive(recorded) || unused) return {};
  const left = await stripe().unusedTime(recorded.id);
  return left ? { unused: { subscription: recorded.id, ...left } } : {};
}

/** Stripe lists no disputes of a customer, so they are known by their events. */
async function disputesAt(row: Row, named: string | undefined): Promise<StripeDispute[]> {
  const undecided = (row.disputes ?? []).filter(({ state }) => state === "asked" || state === "open");
  const read: StripeDispute[] = [];
  for (const id of new Set([...undecided.map((one) => one.id), ...(named === undefined ? [] : [named])])) {
    const found = await stripe().dispute(id);
    if (found) read.push(found);
  }
  return read;
}

async function invoicesAt(
  row: Row,
  subscriptions: readonly StripeSubscription[],
  isEnding: boolean,
): Promise<StripeInvoice[]> {
  const { items } = await stripe().invoices(row.customer);
  const read: StripeInvoice[] = [];
  for (const one of items) read.push(isPart(one, row, isEnding) ? await stripe().invoice(one.id) : one);
  for (const id of namedBy(row, subscriptions)) {
    // threat: an invoice that is older than the newest hundred is forgotten
    if (!items.some((one) => one.id === id)) read.push(await stripe().invoice(id));
  }
  return read;
}

/** A list has no payments, so it does not say what a bank processes; and it has only the first lines. */
const isPart = ({ status, hasMore, createdAt }: StripeInvoice, { op }: Row, isEnding: boolean): boolean =>
  // threat: an invoice that a bank processes looks like one that is open
  status === "open" ||
  // the line of a whole period comes after those of earlier changes
  // threat: a paid period whose invoice has many lines is not credited
  (hasMore && (isEnding || (op !== undefined && createdAt >= op.prorationAt)));

function namedBy(
  { op, debit, duplicates = [], unused }: Row,
  subscriptions: readonly StripeSubscription[],
): Set<string> {
  const processed = duplicates.filter(({ isProcessing }) => isProcessing).map(({ invoice }) => invoice);
  const latest = subscriptions.map(({ latestInvoice }) => latestInvoice);
  const returning = (unused?.parts ?? []).map(({ invoice }) => invoice);
  return new Set([op?.invoice, debit?.invoice, ...processed, ...returning, ...latest].flatMap((id) => id || []));
}

/** Returns an invoice of a snapshot. */
export const invoiceIn = ({ invoices }: Snapshot, id: string | undefined): StripeInvoice | undefined =>
  invoices.find((one) => one.id === id);

/** Returns the invoices of a snapshot that are for a subscription, newest first. */
export const invoicesFor = ({ invoices }: Snapshot, subscription: string): StripeInvoice[] =>
  invoices.filter(({ lines }) => lines.some((line) => line.subscription === subscription));
