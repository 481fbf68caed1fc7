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
  return (status === "paid" && due > 0) || undefined;
}

/** Returns what is known of an invoice that is past due. */
export async function owedOf(one: StripeSubscription): Promise<Row["owed"]> {
  if (!BillingStatus.isOwing(one) || one.latestInvoice === undefined) return;
  const { status, retryAt } = await stripe().invoice(one.latestInvoice);
  return status === "open" && retryAt !== undefined ? { retryAt } : {};
}

/** A trial is no proof of payment. */
export const isPaid = ({ status }: StripeSubscription): boolean => status === "active";

/** Returns whether an operator is still told that a change was charged otherwise than it was shown. */
export const isRecent = (mischarged: Mischarged | undefined): mischarged is Mischarged =>
  mischarged !== undefined && mischarged.at > instant(-mischargedDays * daySeconds);
