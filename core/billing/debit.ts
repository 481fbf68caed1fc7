import { stripe } from "../kernel/ports.ts";
import type { StripeInvoice, StripeSubscription } from "../kernel/stripe-port.ts";
import { isLive, type Row, seatItemOf } from "./row.ts";

// Payments from an account at a bank. Stripe makes a subscription active when such a payment is submitted, some days
// before the bank answers; seats count once it has paid.

/** Kinds of accounts, by Stripe's names, and how many business days a bank takes at the latest, if it is known. */
const kinds: Record<string, number | undefined> = {
  acss_debit: undefined,
  au_becs_debit: undefined,
  bacs_debit: 7,
  sepa_debit: 14,
  us_bank_account: 4,
};

type Debit = NonNullable<Row["debit"]>;

// Functions

/** Returns whether a bank processes a payment now. */
export const isProcessing = ({ debit }: Pick<Row, "debit">): boolean => debit !== undefined && !debit.hasFailed;

export const businessDaysOf = ({ type }: Pick<Debit, "type">): number | undefined => kinds[type];

/** Returns whether the first payment of a subscription is missing. */
export const hasPaidNothing = ({ debit }: { debit?: Debit | undefined }): boolean => debit?.paidSeats === 0;

/**
 * Returns the debit whose bank has not paid yet: one that the bank processes before one that it has refused, and of those
 * the recorded one first. A first payment that is missing, or is processing, stays known when its subscription ends.
 * @throws StripeError
 */
export async function debitOf(
  found: StripeSubscription,
  { debit, mirror, customer }: Pick<Row, "debit" | "mirror" | "customer">,
): Promise<Debit | undefined> {
  const recorded = mirror?.subscription === found.id ? debit : undefined;
  if (!isLive(found)) return recorded && (await afterEnd(recorded));
  // a bank may pay by any other method, and by one that is not known here
  if (!recorded && found.method?.type === "card") return;
  const own = await invoicesOf(found, customer);
  const isLatestPaid = own.some(({ id, status }) => id === found.latestInvoice && status === "paid");
  const open: StripeInvoice[] = [];
  for (const { id, status } of own) if (status === "open") open.push(await stripe().invoice(id));
  const known = open.find(({ id }) => id === recorded?.invoice);
  const debited = known?.isProcessing ? known : open.find(({ isProcessing }) => isProcessing);
  if (recorded && known && (known === debited || !debited)) {
    const { hasFailed: _, ...rest } = recorded;
    if (debited) return rest;
    // Stripe takes a subscription as paid once its latest invoice is
    return isLatestPaid ? undefined : { ...rest, hasFailed: true };
  }
  if (!debited) return;
  const { id: invoice, due: amount, currency } = debited;
  const paidSeats = own.some(({ status }) => status === "paid")
    ? paidSeatsOf(found, { debit: recorded, mirror, isLatestPaid })
    : 0;
  const endedAt = paidSeats === 0 ? endBefore(found, { debit, mirror }) : undefined;
  return { invoice, amount, currency, type: found.method?.type ?? "", paidSeats, ...(endedAt && { endedAt }) };
}

/** A list has no payments, so it does not say what is processing. */
async function invoicesOf({ id }: StripeSubscription, customer: string): Promise<StripeInvoice[]> {
  const { items } = await stripe().invoices(customer);
  return items.filter(({ lines }) => lines.some(({ subscription }) => subscription === id));
}

async function afterEnd(debit: Debit): Promise<Debit | undefined> {
  const { status, isProcessing } = await stripe().invoice(debit.invoice);
  if (isProcessing) return debit;
  return debit.paidSeats > 0 || status === "paid" ? undefined : { ...debit, hasFailed: true };
}

type Before = { debit: Debit | undefined; mirror: Row["mirror"] | undefined };

/** Returns the seats of a subscription that was paid before: all of them if what was changed since is paid, too. */
function paidSeatsOf(
  found: StripeSubscription,
  { debit, mirror, isLatestPaid }: Before & { isLatestPaid: boolean },
): number {
  const now = seatItemOf(found, mirror)?.quantity ?? 0;
  const isKnown = mirror?.subscription === found.id && isLive(mirror) && !mirror.status.startsWith("incomplete");
  if (isLatestPaid || !isKnown) return now;
  return Math.min(mirror.quantity, debit?.paidSeats || mirror.quantity);
}

/** Returns when the subscription before ended that was paid. */
function endBefore({ id }: StripeSubscription, { debit, mirror }: Before): string | undefined {
  return mirror?.subscription === id || hasPaidNothing({ debit }) ? debit?.endedAt : mirror?.endedAt;
}
