import { banks, brands, wallets } from "@muster/core/billing/method/shape.ts";
import type { Billing, PaymentMethod } from "#lib/billing.ts";
import { plural } from "#lib/format.ts";
import type { Message } from "#ui/toast.ts";
import { hasFailed, isSubscribed } from "./text.ts";

type Processing = NonNullable<Billing["processing"]>;
type Money = (sum: { amount: number; currency: string }) => string;

/** "Your bank is processing the payment of $50.00. This takes up to 4 business days." */
export function processingText({ amount, currency, businessDays }: Processing, money: Money): string {
  const days = daysText(businessDays);
  return `Your bank is processing the payment of ${money({ amount, currency })}. This takes ${days}.`;
}

function daysText(businessDays: number | undefined) {
  return businessDays === undefined ? "several business days" : `up to ${plural(businessDays, "business day")}`;
}

/** Says what follows a payment with this method, if it is not known at once. */
export function delayText({ type, businessDays }: Pick<PaymentMethod, "type" | "businessDays">): string | undefined {
  return isBankDebit({ type })
    ? `Your bank takes ${daysText(businessDays)}. The change is made once the payment has arrived.`
    : undefined;
}

/** Returns whether a bank has refused the first payment of a subscription, which has added nothing. */
export const isRefused = (billing: Pick<Billing, "owed" | "billingStatus" | "seats">): boolean =>
  billing.owed?.byBank === true && !isSubscribed(billing);

export const refusedText =
  "Your bank refused the payment, so no seats were added. Pay the invoice with another payment method to add them.";

/** Returns whether the payment of a change is not there yet. Stripe may have made the change before. */
export function isUnpaid({ change, processing }: Pick<Billing, "change" | "processing">): boolean {
  // threat: a page says that a bank debit was charged while the bank processes it
  return (change ?? processing) !== undefined;
}

/** The message once a change was ordered whose payment is not there yet, or failed. */
export function unpaidMessage(now: Pick<Billing, "change" | "processing">, money: Money, what: string): Message {
  if (hasFailed(now)) return { title: "Payment failed", type: "error", description: what };
  const { processing, change } = now;
  if (processing === undefined && change?.dueAt !== undefined) return { title: "Invoice sent", description: what };
  const description = processing === undefined ? what : `${processingText(processing, money)} ${what}`;
  return { title: "Payment processing", description };
}

/** Returns whether payments are debited from an account at a bank, which takes days. */
export const isBankDebit = ({ type }: Pick<PaymentMethod, "type">): boolean => banks.includes(type);

/** "Visa 4242", "Chase account 6789". */
export function methodName({ type, issuer, last4 = "" }: PaymentMethod): string {
  if (type === "card") {
    return `${brands[issuer ?? ""] ?? "Card"} ${last4}`.trim();
  }
  return isBankDebit({ type }) ? `${issuer ?? "Bank"} account ${last4}`.trim() : (wallets[type] ?? "Saved method");
}

/** Returns the words after the amount on a button that charges: "with Visa 4242", or nothing if no method is known. */
export function payingWith(method: PaymentMethod | undefined): string {
  if (method === undefined) {
    return "";
  }
  if (isBankDebit(method)) {
    return ` with bank account ${method.last4 ?? ""}`.trimEnd();
  }
  return ` with ${method.type === "card" || method.type in wallets ? methodName(method) : "your saved method"}`;
}
