import { banks, brands, wallets } from "@muster/core/billing/method/shape.ts";
import type { PaymentMethod } from "#lib/billing.ts";

/** Returns whether payments are debited from an account at a bank, which takes days. */
export const isBankDebit = ({ type }: Pick<PaymentMethod, "type">): boolean => banks.includes(type);

/** "Visa 4242", "Chase account 6789". */
export function methodName({ type, issuer, last4 = "" }: PaymentMethod): string {
  if (type === "card") {
    return `${brands[issuer ?? ""] ?? "Card"} ${last4}`.trim();
  }
  return isBankDebit({ type }) ? `${issuer ?? "Bank"} account ${last4}`.trim() : (wallets[type] ?? "Saved method");
}

/** What follows the amount on a button that charges: "with Visa 4242", or nothing if no method is known. */
export function payingWith(method: PaymentMethod | undefined): string {
  if (method === undefined) {
    return "";
  }
  if (isBankDebit(method)) {
    return ` with bank account ${method.last4 ?? ""}`.trimEnd();
  }
  return ` with ${method.type === "card" || method.type in wallets ? methodName(method) : "your saved method"}`;
}
