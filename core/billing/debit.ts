import { withoutUndefined } from "../base/without-undefined.ts";
import type { StripeInvoice } from "../kernel/stripe-invoice.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { seatItemOf } from "./mirror.ts";
import { invoiceIn, invoicesFor, type Snapshot } from "./observe.ts";
import { hasBegun, isLive, type Row } from "./row.ts";

// Payments from an account at a bank. Stripe makes a subscription active when such a payment is submitted, some days
// before the bank answers; seats count once it has paid.

/** Kinds of accounts, by Stripe's names, and how many business days a bank takes at the latest, if it is known. */
const kinds: Record<string, number | undefined> = {
  acss_debit: undefined,
  au_becs_debit: undefined,
  bacs_debit: 7,
  nz_bank_account: undefined,
  sepa_debit: 14,
  us_bank_account: 4,
};

type Debit = NonNullable<Row["debit"]>;

// Functions

/** Returns whether a bank processes a payment now. */
export const isProcessing = ({ debit }: Pick<Row, "debit">): boolean =>
  debit !== undefined && !debit.hasFailed && !debit.isLate;

/**
 * Returns whether an invoice was paid when its subscription had ended, so that it bought nothing; or when it had waited
 * until the second of the end, since Stripe tells no more than seconds.
 */
export function isPaidAfter({ paidAt, createdAt }: StripeInvoice, endedAt: string | undefined): boolean {
  if (paidAt === undefined) return false;
  if (endedAt === undefined || paidAt > endedAt) return true;
  // threat: what is paid in the second in which its subscription ends buys nothing, and nobody is told
  return secondOf(paidAt) === secondOf(endedAt) && secondOf(createdAt) < secondOf(endedAt);
}

const secondOf = (at: string) => at.slice(0, "2026-01-01T00:00:00".length);

/** Returns whether a kind of payment method is an account at a bank that is known. */
export const isDebit = (type: string | undefined): boolean => type !== undefined && type in kinds;

export const businessDaysOf = ({ type }: Pick<Debit, "type">): number | undefined => kinds[type];

/** Returns whether the first payment of a subscription is missing. */
export const hasPaidNothing = ({ debit }: { debit?: Debit | undefined }): boolean => debit?.paidSeats === 0;

/**
 * Returns the debit whose bank has not paid yet: one that the bank processes before one that it has refused, and of those
 * the recorded one first. A first payment that is missing, processing or late stays known when its subscription ends.
 */
export function debitOf(
  found: StripeSubscription,
  { debit, mirror }: Pick<Row, "debit" | "mirror">,
  snapshot: Snapshot,
): Debit | undefined {
  const recorded = mirror?.subscription === found.id ? debit : undefined;
  if (!isLive(found)) return recorded && afterEnd(recorded, found, snapshot);
  if (!recorded && isCardOnly(found)) return;
  const own = invoicesFor(snapshot, found.id);
  const open = own.filter(({ status }) => status === "open");
  const isLatestPaid = own.some(({ id, status }) => id === found.latestInvoice && status === "paid");
  const known = open.find(({ id }) => id === recorded?.invoice);
  const debited = [known, ...open].find((one) => one?.isProcessing);
  if (recorded && known && (known === debited || !debited)) return answered(recorded, known, isLatestPaid);
  if (!debited) return;
  const { id: invoice, due: amount, currency } = debited;
  // threat: seats of a subscription that was never paid count as paid
  const isPaid = own.some(({ status }) => status === "paid");
  const paidSeats = isPaid ? paidSeatsOf(found, { debit: recorded, mirror, isLatestPaid }) : 0;
  const endedAt = paidSeats === 0 ? endBefore(found, { debit, mirror }) : undefined;
  return { invoice, amount, currency, type: accountOf(found), paidSeats, ...withoutUndefined({ endedAt }) };
}

/** A bank may pay by any other method, by one that is not known here, and what waits on Stripe's page. */
const isCardOnly = ({ method, pending }: StripeSubscription): boolean =>
  // threat: a way to pay that is not listed adds seats before it has paid
  // threat: a bank's payment on Stripe's page looks like a card that failed
  method?.type === "card" && !pending;

/** Returns the recorded debit as its open invoice says: the bank processes it, or has refused it. */
function answered({ hasFailed: _, ...debit }: Debit, invoice: StripeInvoice, isLatestPaid: boolean): Debit | undefined {
  // threat: a debit that a bank has refused is said to be processing
  if (invoice.isProcessing) return debit;
  // Stripe takes a subscription as paid once its latest invoice is
  // threat: a refused debit holds back seats although a later invoice is paid
  return isLatestPaid ? undefined : { ...debit, hasFailed: true };
}

/** Stripe names no kind of an account that paid on its page while a card is the default. */
const accountOf = ({ method }: StripeSubscription): string => (method && method.type !== "card" ? method.type : "");

function afterEnd(debit: Debit, { endedAt }: StripeSubscription, snapshot: Snapshot): Debit | undefined {
  const invoice = invoiceIn(snapshot, debit.invoice);
  // threat: a debit is forgotten when its subscription ends
  if (debit.isLate || !invoice || invoice.isProcessing) return debit;
  if (debit.paidSeats > 0) return;
  const { hasFailed: _, ...rest } = debit;
  // threat: each subscription that a bank refuses starts a grace period anew
  if (invoice.status !== "paid") return { ...rest, hasFailed: true };
  // threat: a payment that arrives after the end of its subscription starts a grace period
  return isPaidAfter(invoice, endedAt) ? { ...rest, isLate: true } : undefined;
}

type Before = { debit: Debit | undefined; mirror: Row["mirror"] | undefined };

/** Returns the seats of a subscription that was paid before: all of them if what was changed since is paid, too. */
function paidSeatsOf(
  found: StripeSubscription,
  { debit, mirror, isLatestPaid }: Before & { isLatestPaid: boolean },
): number {
  const now = seatItemOf(found, mirror)?.quantity ?? 0;
  const isKnown = mirror?.subscription === found.id && isLive(mirror) && hasBegun(mirror);
  if (isLatestPaid || !isKnown) return now;
  return Math.min(mirror.quantity, debit?.paidSeats || mirror.quantity);
}

/** Returns when the subscription before ended that was paid. */
function endBefore({ id }: StripeSubscription, { debit, mirror }: Before): string | undefined {
  return mirror?.subscription === id || hasPaidNothing({ debit }) ? debit?.endedAt : mirror?.endedAt;
}
