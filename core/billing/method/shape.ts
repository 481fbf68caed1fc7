// Apart from what is read of payment, so that what only names a payment method stays small.

/** Brands of cards, as Stripe writes them. */
export const brands: Readonly<Record<string, string>> = {
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
/** Types of payment that are debited from an account at a bank. */
export const banks: readonly string[] = ["acss_debit", "au_becs_debit", "bacs_debit", "sepa_debit", "us_bank_account"];
/** Other types of payment. */
export const wallets: Readonly<Record<string, string>> = {
  link: "Link",
  paypal: "PayPal",
  cashapp: "Cash App Pay",
  amazon_pay: "Amazon Pay",
};

/** Returns the name of a method in an event, which is its brand or type and its last four: "visa 4242". */
export function recordedName(recorded: string): string {
  const [kind = "", last4 = ""] = recorded.split(" ");
  const name = banks.includes(kind) ? "Bank account" : (brands[kind] ?? wallets[kind] ?? "Saved method");
  return `${name} ${last4}`.trim();
}
