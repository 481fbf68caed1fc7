import { stripe } from "../kernel/ports.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { isLive, type Row } from "./row.ts";

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

/**
 * Returns the debit whose bank has not paid yet: the recorded one, or that of the last invoice.
 * @throws StripeError
 */
export async function debitOf(
  found: StripeSubscription,
  { debit: recorded, mirror }: Pick<Row, "debit" | "mirror">,
): Promise<Debit | undefined> {
  if (!isLive(found)) return;
  const debit = mirror?.subscription === found.id ? recorded : undefined;
  const { method, latestInvoice } = found;
  const mayDebit = debit !== undefined || (method !== undefined && method.type in kinds);
  const ids = new Set([debit?.invoice, mayDebit ? latestInvoice : undefined]);
  for (const id of ids) {
    if (id === undefined) continue;
    const { status, isProcessing: isDebited, due: amount, currency } = await stripe().invoice(id);
    const known = debit?.invoice === id ? debit : undefined;
    if (status !== "open" || !(known || isDebited)) continue;
    const { type, paidSeats } = known ?? { type: method?.type ?? "", paidSeats: paidSeatsOf(found, mirror) };
    return { invoice: id, amount, currency, type, paidSeats, ...(!isDebited && { hasFailed: true }) };
  }
}

/** A subscription that begins has no paid seats before its first payment. */
function paidSeatsOf({ id }: StripeSubscription, mirror: Row["mirror"]): number {
  const isPaid = mirror?.subscription === id && isLive(mirror) && !mirror.status.startsWith("incomplete");
  return isPaid ? mirror.quantity : 0;
}
