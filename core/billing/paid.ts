import { daySeconds } from "../base/duration.ts";
import { instant, stripe } from "../kernel/ports.ts";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { mischargedDays } from "./limits.ts";
import type { Mischarged, Row } from "./row.ts";
import * as BillingStatus from "./status.ts";

// What the last invoice of a subscription says of its payment.

// Functions

/** Returns whether the last invoice of a subscription was paid, and was for more than nothing. */
export async function hasPaid(one: StripeSubscription): Promise<true | undefined> {
  if (!isPaid(one) || one.latestInvoice === undefined) return;
  const { status, due } = await stripe().invoice(one.latestInvoice);
  // threat: an invoice of nothing makes an organization trusted
  return (status === "paid" && due > 0) || undefined;
}

/** Returns when Stripe tries next to collect what is past due. The last invoice may be one of a renewal since. */
export async function owedOf(one: StripeSubscription, customer: string): Promise<Row["owed"]> {
  if (!BillingStatus.isOwing(one)) return;
  const { items } = await stripe().invoices(customer);
  const open = items.filter(
    // threat: the retry of another subscription is shown for one that is past due
    ({ status, lines }) => status === "open" && lines.some((line) => line.subscription === one.id),
  );
  const [retryAt] = open.flatMap((invoice) => invoice.retryAt ?? []).toSorted();
  return retryAt === undefined ? {} : { retryAt };
}

/** A trial is no proof of payment. */
export const isPaid = ({ status }: StripeSubscription): boolean => status === "active";

/** Returns whether an operator is still told that a change was charged otherwise than it was shown. */
export const isRecent = (mischarged: Mischarged | undefined): mischarged is Mischarged =>
  mischarged !== undefined && mischarged.at > instant(-mischargedDays * daySeconds);
