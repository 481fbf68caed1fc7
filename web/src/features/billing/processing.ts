import type { Billing, PaymentMethod } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";

type Processing = NonNullable<Billing["processing"]>;
type Money = (sum: { amount: number; currency: string }) => string;

/** "Your bank is processing the payment of $50.00. This takes up to 4 business days." */
export function processingText({ amount, currency, businessDays }: Processing, money: Money): string {
  const takes = businessDays === undefined ? "some days" : `up to ${plural(businessDays, "business day")}`;
  return `Your bank is processing the payment of ${money({ amount, currency })}. This takes ${takes}.`;
}

/** What follows a payment with this method, if it is not known at once. */
export function delayText({ businessDays }: Pick<PaymentMethod, "businessDays">): string | undefined {
  return businessDays === undefined
    ? undefined
    : `Your bank takes up to ${plural(businessDays, "business day")}. The change is made once the payment has arrived.`;
}

/** What is said once a change was ordered whose payment is not there yet. */
export function waitingText({ processing }: Pick<Billing, "processing">, money: Money, what: string): string {
  return processing === undefined ? what : `${processingText(processing, money)} ${what}`;
}
