import type { PaymentMethod } from "#lib/billing.ts";

const brands: Record<string, string> = {
  amex: "American Express",
  cartes_bancaires: "Cartes Bancaires",
  diners: "Diners Club",
  discover: "Discover",
  eftpos_au: "eftpos",
  jcb: "JCB",
  mastercard: "Mastercard",
  unionpay: "UnionPay",
  visa: "Visa",
};
const banks: readonly string[] = ["acss_debit", "au_becs_debit", "bacs_debit", "sepa_debit", "us_bank_account"];
const others: Record<string, string> = {
  link: "Link",
  paypal: "PayPal",
  cashapp: "Cash App Pay",
  amazon_pay: "Amazon Pay",
};

/** Returns whether payments are debited from an account at a bank, which takes days. */
export const isBankDebit = ({ type }: Pick<PaymentMethod, "type">): boolean => banks.includes(type);

/** "Visa 4242", "Chase account 6789". */
export function methodName({ type, issuer, last4 = "" }: PaymentMethod): string {
  if (type === "card") {
    return `${brands[issuer ?? ""] ?? "Card"} ${last4}`.trim();
  }
  return isBankDebit({ type }) ? `${issuer ?? "Bank"} account ${last4}`.trim() : (others[type] ?? "Saved method");
}

/** Returns the name of a method in an event, which is its brand or type and its last four: "visa 4242". */
export function recordedName(recorded: string): string {
  const [kind = "", last4 = ""] = recorded.split(" ");
  const name = banks.includes(kind) ? "Bank account" : (brands[kind] ?? others[kind] ?? "Saved method");
  return `${name} ${last4}`.trim();
}

/** What follows the amount on a button that charges: "with Visa 4242", or nothing if no method is known. */
export function payingWith(method: PaymentMethod | undefined): string {
  if (method === undefined) {
    return "";
  }
  if (isBankDebit(method)) {
    return ` with bank account ${method.last4 ?? ""}`.trimEnd();
  }
  return ` with ${method.type === "card" || method.type in others ? methodName(method) : "your saved method"}`;
}
