import type { Card, Debit } from "./state.ts";
import type { PaymentMethod } from "./wire.ts";

// Accounts at banks, https://docs.stripe.com/payments/ach-direct-debit, https://docs.stripe.com/payments/sepa-debit and
// https://docs.stripe.com/payments/payment-methods/bacs-debit

/** The numbers with which Stripe's documentation tests each kind: the first one pays, the second has too little money. */
const numbers: Record<Debit, readonly [string, string]> = {
  us_bank_account: ["000123456789", "000222222227"],
  sepa_debit: ["AT611904300234573201", "AT981904300002222227"],
  bacs_debit: ["00012345", "22222227"],
};
/** The longest time that the bank takes, in business days. The stand-in counts each day. */
const days: Record<Debit, number> = { us_bank_account: 4, sepa_debit: 14, bacs_debit: 7 };
const names: Record<Debit, string> = {
  us_bank_account: "US bank account",
  sepa_debit: "SEPA Direct Debit",
  bacs_debit: "Bacs Direct Debit",
};
const tokens: Record<Debit, string> = {
  us_bank_account: "pm_usBankAccount",
  sepa_debit: "pm_sepaDebit",
  bacs_debit: "pm_bacsDebit",
};

export const debits = Object.keys(numbers) as Debit[];

/** `pm_usBankAccount_success` and `…_insufficientFunds` are Stripe's names; those of the others follow them. */
export const testAccounts: Record<string, Card> = Object.fromEntries(
  debits.flatMap((debit) => {
    const [good, poor] = numbers[debit];
    const failing: Card = { number: poor, debit, later: "insufficient_funds" };
    return [
      [`${tokens[debit]}_success`, { number: good, debit }],
      [`${tokens[debit]}_insufficientFunds`, failing],
    ];
  }),
);

export const daysOf = (debit: Debit): number => days[debit];
export const nameOf = (debit: Debit): string => names[debit];
export const hintOf = (debit: Debit): string => numbers[debit][0];

/** Returns the part of an account that a payment method shows. */
export function detailsOf(debit: Debit, number: string): Partial<PaymentMethod> {
  const last4 = number.slice(-4);
  switch (debit) {
    case "us_bank_account":
      return {
        us_bank_account: {
          account_holder_type: "company",
          account_type: "checking",
          bank_name: "STRIPE TEST BANK",
          financial_connections_account: null,
          fingerprint: null,
          last4,
          networks: null,
          routing_number: "110000000",
          status_details: null,
        },
      };
    case "sepa_debit":
      return {
        sepa_debit: {
          bank_code: number.slice(4, 9),
          branch_code: null,
          country: number.slice(0, 2),
          fingerprint: null,
          generated_from: null,
          last4,
        },
      };
    case "bacs_debit":
      return { bacs_debit: { fingerprint: null, last4, sort_code: "108800" } };
  }
}
